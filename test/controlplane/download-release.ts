import { createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { parse } from 'yaml';

import { runCommand } from './run-command.ts';
import { digestOfFile } from './verify-binary.ts';
import { type BinaryName, pinnedVersion, type Platform } from './versions.ts';

/** Where the projects publish their programs; tests put a server of their own here. */
export interface ReleaseHosts {
  /** The index of the archives made for tests: etcd, kube-apiserver and kubectl, with SHA-512. */
  readonly envtestIndex: string;
  /** Official Kubernetes programs, each with a `.sha512` beside it. */
  readonly kubernetes: string;
  /** Official helm archives, each with a `.sha256sum` beside it. */
  readonly helm: string;
}

export const OFFICIAL_HOSTS: ReleaseHosts = {
  envtestIndex:
    'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml',
  kubernetes: 'https://dl.k8s.io',
  helm: 'https://get.helm.sh',
};

/** What to download for which platform and how patiently. */
export interface DownloadRequest {
  readonly kubernetes: string;
  readonly platform: Platform;
  readonly hosts: ReleaseHosts;
  /** For the archives and what comes out of them. */
  readonly folder: string;
  /** How long a host may take to begin its answer. Default: 4 s. */
  readonly answerMs?: number;
  /** How long the answer may stand still. Default: 20 s. */
  readonly stallMs?: number;
}

/** A program that has come with the digest its project publishes. */
export interface Downloaded {
  readonly name: BinaryName;
  readonly path: string;
  readonly source: string;
}

const MOST_BYTES = 400 * 1024 * 1024;
const MOST_TEXT_BYTES = 4 * 1024 * 1024;

/** The archive made for tests. Throws when it is not published for this version, or does not come whole. */
export async function downloadEnvtestArchive(request: DownloadRequest): Promise<Downloaded[]> {
  const { kubernetes, platform, hosts } = request;
  const index = parseEnvtestIndex(await fetchText(hosts.envtestIndex, request));
  const file = `envtest-v${kubernetes}-${platform.os}-${platform.arch}.tar.gz`;
  const entry = index[`v${kubernetes}`]?.[file];
  if (entry === undefined) throw new Error(`no ${file} in the index of test archives`);
  const archive = await fetchFile(entry.selfLink, 'sha512', entry.hash, request);
  return unpack(archive, ['etcd', 'kube-apiserver', 'kubectl'], entry.selfLink, request);
}

/** One official Kubernetes program. */
export async function downloadKubernetesBinary(
  name: BinaryName,
  request: DownloadRequest,
): Promise<Downloaded[]> {
  const { kubernetes, platform, hosts } = request;
  const url = `${hosts.kubernetes}/v${kubernetes}/bin/${platform.os}/${platform.arch}/${name}`;
  const digest = await fetchText(`${url}.sha512`, request);
  return [{ name, path: await fetchFile(url, 'sha512', digest, request), source: url }];
}

/** The official helm archive. */
export async function downloadHelm(request: DownloadRequest): Promise<Downloaded[]> {
  const { kubernetes, platform, hosts } = request;
  const version = pinnedVersion('helm', kubernetes);
  const url = `${hosts.helm}/helm-v${version}-${platform.os}-${platform.arch}.tar.gz`;
  const digest = await fetchText(`${url}.sha256sum`, request);
  return unpack(await fetchFile(url, 'sha256', digest, request), ['helm'], url, request);
}

type EnvtestIndex = Readonly<Record<string, Readonly<Record<string, { hash: string; selfLink: string }>>>>;

function parseEnvtestIndex(text: string): EnvtestIndex {
  const releases = (parse(text, { maxAliasCount: 0 }) as { releases?: unknown } | null)?.releases;
  if (typeof releases !== 'object' || releases === null)
    throw new Error('the index of test archives is empty');
  return releases as EnvtestIndex;
}

async function fetchText(url: string, request: DownloadRequest): Promise<string> {
  const chunks: Buffer[] = [];
  await receive(url, request, MOST_TEXT_BYTES, async (body) => {
    for await (const chunk of body) chunks.push(chunk as Buffer);
  });
  return Buffer.concat(chunks).toString('utf8');
}

/** Fetches a file and compares its digest with the first word of `published`, which is hexadecimal. */
async function fetchFile(
  url: string,
  algorithm: 'sha256' | 'sha512',
  published: string,
  request: DownloadRequest,
): Promise<string> {
  const path = join(request.folder, new URL(url).pathname.split('/').at(-1) ?? 'download');
  await receive(url, request, MOST_BYTES, (body) => pipeline(body, createWriteStream(path)));
  const wanted = published.trim().split(/\s/, 1)[0]?.toLowerCase() ?? '';
  const got = await digestOfFile(algorithm, path);
  if (got !== wanted) throw new Error(`${url} has the ${algorithm} ${got}, not the published ${wanted}`);
  return path;
}

/** Hands the answer's body to `use`, and gives up on a host that is silent, stalls, or sends without end. */
async function receive(
  url: string,
  { answerMs = 4_000, stallMs = 20_000 }: DownloadRequest,
  mostBytes: number,
  use: (body: Readable) => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const giveUp = (why: string): void => abort.abort(new Error(`${url}: ${why}`));
  let timer = setTimeout(() => giveUp(`no answer within ${answerMs} ms`), answerMs);
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: 'follow' });
    if (!response.ok || response.body === null) throw new Error(`${url}: status ${response.status}`);
    let bytes = 0;
    const watched = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        clearTimeout(timer);
        timer = setTimeout(() => giveUp(`nothing for ${stallMs} ms`), stallMs);
        done(bytes > mostBytes ? new Error(`${url}: more than ${mostBytes} bytes`) : null, chunk);
      },
    });
    const source = Readable.fromWeb(response.body);
    await Promise.all([pipeline(source, watched, { signal: abort.signal }), use(watched)]);
  } catch (cause) {
    if (abort.signal.aborted) throw abort.signal.reason;
    throw new Error(`cannot fetch ${url}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Unpacks an archive, whose digest was right, and picks the programs wherever in it they lie. */
async function unpack(
  archive: string,
  names: readonly BinaryName[],
  source: string,
  request: DownloadRequest,
): Promise<Downloaded[]> {
  const folder = join(request.folder, `${names[0]}-unpacked`);
  await mkdir(folder, { recursive: true });
  const { code, stderr } = await runCommand('tar', ['-xzf', archive, '-C', folder]);
  if (code !== 0) throw new Error(`tar cannot unpack ${archive}: ${stderr.trim()}`);
  const entries = await readdir(folder, { recursive: true });
  const found: Downloaded[] = [];
  for (const name of names) {
    const entry = entries.find((path) => path === name || path.endsWith(`/${name}`));
    const path = join(folder, entry ?? name);
    if (entry === undefined || !(await lstat(path)).isFile()) throw new Error(`${source} holds no ${name}`);
    found.push({ name, path, source });
  }
  return found;
}
