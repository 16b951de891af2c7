import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

import { renderFault } from '../../src/faults/render-fault.ts';
import {
  type BinaryCache,
  defaultCacheRoot,
  findInCache,
  freshWorkFolder,
  openBinaryCache,
  storeInCache,
} from './binary-cache.ts';
import { buildFromSource } from './build-from-source.ts';
import {
  type Downloaded,
  downloadEnvtestArchive,
  downloadHelm,
  downloadKubernetesBinary,
  type DownloadRequest,
  OFFICIAL_HOSTS,
  type ReleaseHosts,
} from './download-release.ts';
import { withLock } from './hold-lock.ts';
import { type Progress, progressOnStderr } from './progress.ts';
import { startSupervisor } from './supervisor.ts';
import { versionOfBinary } from './verify-binary.ts';
import {
  type Binaries,
  BINARY_NAMES,
  type BinaryName,
  thisPlatform,
  wantedKubernetesVersion,
} from './versions.ts';

/** Makes one program and writes it to `output`. */
export type Builder = (
  name: BinaryName,
  kubernetes: string,
  output: string,
  progress: Progress,
) => Promise<void>;

export interface ObtainOptions {
  /** The Kubernetes version. Default: `K8S_VERSION`, else the project's own. */
  readonly kubernetes?: string;
  /** Default: below the user's cache folder. */
  readonly cacheRoot?: string;
  /** A folder of ready programs. Default: `KUBEBUILDER_ASSETS`; the empty string: none. */
  readonly assets?: string;
  readonly hosts?: ReleaseHosts;
  readonly build?: Builder;
  readonly progress?: Progress;
  /** See `DownloadRequest`. */
  readonly answerMs?: number;
  readonly stallMs?: number;
}

/**
 * Finds the programs of a control plane, in this order: the folder `KUBEBUILDER_ASSETS`; the cache; the official
 * releases, where their hosts can be reached; `go build`. What was downloaded or built lies in the cache afterwards.
 * Two processes never build the same thing at once: the second waits, and finds the first one's work.
 */
export async function obtainBinaries(options: ObtainOptions = {}): Promise<Binaries> {
  const progress = options.progress ?? progressOnStderr;
  const kubernetes = options.kubernetes ?? wantedKubernetesVersion();
  const found = new Map<BinaryName, string>();
  await lookInAssets(options.assets ?? process.env['KUBEBUILDER_ASSETS'] ?? '', kubernetes, found, progress);
  const cache = await openBinaryCache(options.cacheRoot ?? defaultCacheRoot(), kubernetes, thisPlatform());
  await lookInCache(cache, found, () => undefined);
  if (missing(found).length > 0) {
    await withLock(`${cache.folder}.lock`, progress, async () => {
      await lookInCache(cache, found, progress);
      await download(cache, found, options, progress);
      await build(cache, found, options.build ?? guardedBuild, progress);
    });
  }
  return Object.fromEntries(found) as Binaries;
}

function missing(found: ReadonlyMap<BinaryName, string>): BinaryName[] {
  return BINARY_NAMES.filter((name) => !found.has(name));
}

/** A folder of another minor version is passed over: programs of different minors do not always get along. */
async function lookInAssets(
  folder: string,
  kubernetes: string,
  found: Map<BinaryName, string>,
  progress: Progress,
): Promise<void> {
  if (folder === '') return;
  const present: BinaryName[] = [];
  for (const name of BINARY_NAMES) {
    const executable = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) present.push(name);
  }
  if (!present.includes('kube-apiserver')) {
    progress(`KUBEBUILDER_ASSETS: no kube-apiserver in ${folder}; passed over`);
    return;
  }
  const version = await versionOfBinary('kube-apiserver', join(folder, 'kube-apiserver'));
  const minor = (of: string): string => of.split('.').slice(0, 2).join('.');
  if (minor(version) !== minor(kubernetes)) {
    progress(`KUBEBUILDER_ASSETS: Kubernetes ${version} in ${folder}, ${kubernetes} wanted; passed over`);
    return;
  }
  for (const name of present) found.set(name, join(folder, name));
  progress(`KUBEBUILDER_ASSETS: taking ${present.join(', ')} from ${folder}`);
}

async function lookInCache(
  cache: BinaryCache,
  found: Map<BinaryName, string>,
  progress: Progress,
): Promise<void> {
  for (const name of missing(found)) {
    const entry = await findInCache(cache, name);
    if ('path' in entry) found.set(name, entry.path);
    else if (entry.missing !== 'absent') progress(`${name}: ${entry.missing}; obtaining it again`);
  }
}

/** Tries the official releases side by side. One that fails is told and left to the build. */
async function download(
  cache: BinaryCache,
  found: Map<BinaryName, string>,
  options: ObtainOptions,
  progress: Progress,
): Promise<void> {
  const request: DownloadRequest = {
    kubernetes: cache.kubernetes,
    platform: thisPlatform(),
    hosts: options.hosts ?? OFFICIAL_HOSTS,
    folder: await freshWorkFolder(cache),
    ...(options.answerMs === undefined ? {} : { answerMs: options.answerMs }),
    ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
  };
  const wanted = missing(found);
  const attempts: [string, Promise<Downloaded[]>][] = [];
  if (wanted.some((name) => name === 'etcd' || name === 'kube-apiserver' || name === 'kubectl')) {
    attempts.push(['the test archive', downloadEnvtestArchive(request)]);
  }
  if (wanted.includes('kube-controller-manager')) {
    attempts.push(['kube-controller-manager', downloadKubernetesBinary('kube-controller-manager', request)]);
  }
  if (wanted.includes('helm')) attempts.push(['helm', downloadHelm(request)]);
  if (attempts.length > 0) progress(`looking for official releases of ${wanted.join(', ')}`);
  await Promise.allSettled(attempts.map(([, attempt]) => attempt));
  for (const [what, attempt] of attempts) {
    try {
      for (const { name, path, source } of await attempt) {
        if (found.has(name)) continue;
        found.set(name, await storeInCache(cache, name, path, source));
        progress(`${name}: downloaded from ${source}`);
      }
    } catch (error) {
      progress(`${what} cannot be downloaded: ${renderFault(error)}`);
    }
  }
}

async function build(
  cache: BinaryCache,
  found: Map<BinaryName, string>,
  builder: Builder,
  progress: Progress,
): Promise<void> {
  const folder = await freshWorkFolder(cache);
  for (const name of missing(found)) {
    const output = join(folder, name);
    await builder(name, cache.kubernetes, output, progress);
    found.set(name, await storeInCache(cache, name, output, 'go build'));
  }
}

const guardedBuild: Builder = async (name, kubernetes, output, progress) => {
  const supervisor = await startSupervisor();
  try {
    await buildFromSource(name, kubernetes, output, supervisor, progress);
  } finally {
    await supervisor.shutDown();
  }
};
