import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import type { Progress } from './progress.ts';

const SQLITE_BUSY = 5;
const LOOK_AGAIN_MS = 250;
const SAY_AGAIN_MS = 15_000;

/**
 * Does `work` while no other process, and nobody else in this one, holds the lock of that path.
 *
 * The lock is the exclusive transaction of an empty SQLite database: the operating system holds it, and lets go of
 * it when its process dies in whatever way. So a stale lock cannot exist, and nobody has to guess from a process id
 * whether one is. (Node has no file locks of its own.)
 */
export async function withLock<T>(path: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    let nextWord = 0;
    while (!tryLock(database)) {
      if (performance.now() >= nextWord) {
        progress(`waiting for process ${ownerOf(path)}, which holds ${path}`);
        nextWord = performance.now() + SAY_AGAIN_MS;
      }
      await delay(LOOK_AGAIN_MS);
    }
    writeFileSync(ownerFile(path), `${process.pid}\n`);
    return await work();
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}

/** Only for the eyes: who holds a lock is the operating system's knowledge. */
function ownerFile(path: string): string {
  return `${path}.owner`;
}

function ownerOf(path: string): string {
  try {
    return readFileSync(ownerFile(path), 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
