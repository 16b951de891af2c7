import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { digestOfFile, versionOfBinary } from './verify-binary.ts';
import { type BinaryName, pinnedVersion, type Platform } from './versions.ts';

/** What the cache remembers of each program beside it. */
interface ManifestEntry {
  /** The version that was asked for: a new pin makes the entry old. */
  readonly pinned: string;
  /** The version that the program names (an official archive brings its own etcd). */
  readonly version: string;
  readonly sha256: string;
  readonly source: string;
}

interface Manifest {
  readonly format: 1;
  readonly binaries: Partial<Record<BinaryName, ManifestEntry>>;
}

/** The programs of one Kubernetes version on one platform, in a folder of their own. */
export interface BinaryCache {
  readonly folder: string;
  readonly kubernetes: string;
}

/** Below the user's cache folder, as the XDG Base Directory Specification has it. */
export function defaultCacheRoot(): string {
  const configured = process.env['XDG_CACHE_HOME'];
  const base = configured?.startsWith('/') === true ? configured : join(homedir(), '.cache');
  return join(base, 'pathkeeper', 'controlplane');
}

export async function openBinaryCache(
  root: string,
  kubernetes: string,
  { os, arch }: Platform,
): Promise<BinaryCache> {
  const folder = join(root, `${kubernetes}-${os}-${arch}`);
  await mkdir(folder, { recursive: true });
  return { folder, kubernetes };
}

/**
 * The path of a program in the cache, or why there is none to use: `absent`, or a reason worth telling (another
 * pin, a digest that does not fit). Reads the whole file: a damaged one must not be run.
 */
export async function findInCache(
  cache: BinaryCache,
  name: BinaryName,
): Promise<{ path: string } | { missing: string }> {
  const entry = (await readManifest(cache)).binaries[name];
  if (entry === undefined) return { missing: 'absent' };
  const pinned = pinnedVersion(name, cache.kubernetes);
  if (entry.pinned !== pinned) return { missing: `${entry.pinned} in the cache, ${pinned} wanted` };
  const path = join(cache.folder, name);
  try {
    if ((await digestOfFile('sha256', path)) === entry.sha256) return { path };
    return { missing: 'damaged in the cache' };
  } catch {
    return { missing: 'gone from the cache' };
  }
}

/**
 * Moves a program into the cache and returns its path there. It is run once to see that it works and that it is
 * of the pinned version (of etcd, any 3.x: an official archive brings its own).
 */
export async function storeInCache(
  cache: BinaryCache,
  name: BinaryName,
  from: string,
  source: string,
): Promise<string> {
  await chmod(from, 0o755);
  const pinned = pinnedVersion(name, cache.kubernetes);
  const version = await versionOfBinary(name, from);
  const fits = name === 'etcd' ? version.startsWith('3.') : version === pinned;
  if (!fits) throw new Error(`${name} from ${source} is ${version}, not ${pinned}`);
  const sha256 = await digestOfFile('sha256', from);
  const path = join(cache.folder, name);
  await rename(from, path);
  const manifest = await readManifest(cache);
  const binaries = { ...manifest.binaries, [name]: { pinned, version, sha256, source } };
  await writeManifest(cache, { format: 1, binaries });
  return path;
}

/** A folder inside the cache, on the same file system, for programs in the making; empty at each call. */
export async function freshWorkFolder(cache: BinaryCache): Promise<string> {
  const folder = join(cache.folder, 'unfinished');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  return folder;
}

/** A manifest that cannot be read counts as empty: then everything is obtained again. */
async function readManifest(cache: BinaryCache): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(manifestPath(cache), 'utf8')) as Manifest;
    if (manifest.format === 1 && typeof manifest.binaries === 'object') return manifest;
  } catch {
    // Absent or damaged.
  }
  return { format: 1, binaries: {} };
}

async function writeManifest(cache: BinaryCache, manifest: Manifest): Promise<void> {
  const unfinished = `${manifestPath(cache)}.new`;
  await writeFile(unfinished, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(unfinished, manifestPath(cache));
}

function manifestPath(cache: BinaryCache): string {
  return join(cache.folder, 'manifest.json');
}
