import type { Agent } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Time } from './time.ts';
import { Fault } from '../faults/fault.ts';

/** What a connection and a request need to be let in. Never logged, never in a message. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>;
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
  /** Makes the connections, where they go through a proxy. */
  readonly agent?: Agent | undefined;
}

/** Where an identity comes from. They change while we run: a service account's token lives for an hour. */
export interface Credentials {
  /** The identity to use now; a Fault (CredentialsUnusable) where none can be had. */
  current(): Promise<Identity>;
  /** The server has refused it: what is remembered must not be used again. */
  forget(): void;
}

/** The same identity for ever. */
export function fixedCredentials(identity: Identity): Credentials {
  return { current: () => Promise.resolve(identity), forget: () => undefined };
}

/**
 * How long a token that was read is used. The kubelet puts a new one there when 80 % of the old one's life is
 * over, at least two minutes before its end (KEP-1205), so a minute is soon enough. client-go does the same.
 */
const TOKEN_USE_MS = 60_000;

/** A token is a few kilobytes; a file much larger is not one. */
const MAX_TOKEN_LENGTH = 65_536;

/**
 * A pod's own service account: `token` and `ca.crt` in the folder that the kubelet mounts, read again each minute
 * and at once after the server refused. While the files cannot be read, the last ones that could be are used.
 */
export function serviceAccountCredentials(folder: string, time: Time): Credentials {
  return remembered(time, TOKEN_USE_MS, async () => ({
    headers: bearer(await readFile(path.join(folder, 'token'), 'utf8')),
    ca: await readFile(path.join(folder, 'ca.crt')),
  }));
}

/**
 * Remembers what was read for a while; several that ask at the same time share one reading; what could not be read
 * again does not make what is remembered unusable, unless the server has refused it.
 */
export function remembered(time: Time, forMs: number, read: () => Promise<Identity>): Credentials {
  let last: { readonly identity: Identity; readonly atMs: number } | undefined;
  let reading: Promise<Identity> | undefined;
  const readNow = async (): Promise<Identity> => {
    try {
      return await read();
    } catch (cause) {
      if (last !== undefined) return last.identity;
      throw new Fault('CredentialsUnusable', 'the credentials cannot be read', { cause });
    }
  };
  const readShared = async (): Promise<Identity> => {
    const mine = readNow();
    reading = mine;
    try {
      const identity = await mine;
      // Whoever forgot it while it was being read did not want this one.
      if (reading === mine) last = { identity, atMs: time.monotonicMs() };
      return identity;
    } finally {
      if (reading === mine) reading = undefined;
    }
  };
  return {
    current: () => {
      if (last !== undefined && time.monotonicMs() - last.atMs < forMs) return Promise.resolve(last.identity);
      return reading ?? readShared();
    },
    forget: () => {
      last = undefined;
      reading = undefined;
    },
  };
}

/** The header for a token; a Fault where it could not be one (it may not smuggle in a second header). */
export function bearer(token: string): Readonly<Record<string, string>> {
  const trimmed = token.trim();
  if (trimmed.length > MAX_TOKEN_LENGTH || !/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new Fault('CredentialsUnusable', 'what should be a token is none');
  }
  return { authorization: `Bearer ${trimmed}` };
}
