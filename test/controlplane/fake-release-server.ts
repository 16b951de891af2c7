import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ReleaseHosts } from './download-release.ts';
import { fakeProgram, writeFakeProgram } from './fake-programs.ts';
import { runCommand } from './run-command.ts';
import { type BinaryName, pinnedVersion, thisPlatform } from './versions.ts';

/** What a path of the server answers: a body, or something of its own. */
type Answer = Buffer | string | ((response: ServerResponse) => void);

/** All three release hosts in one server on loopback, which serves fake programs. */
export interface FakeReleaseServer {
  readonly hosts: ReleaseHosts;
  /** By path; a test replaces the one that it spoils. */
  readonly answers: Map<string, Answer>;
  /** The paths that were asked for. */
  readonly asked: string[];
  readonly paths: {
    readonly index: string;
    readonly archive: string;
    readonly manager: string;
    readonly helm: string;
  };
  close(): Promise<void>;
}

export async function startFakeReleaseServer(kubernetes: string): Promise<FakeReleaseServer> {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers.get(path);
    if (typeof answer === 'function') answer(response);
    else response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const { os, arch } = thisPlatform();
  const archiveName = `envtest-v${kubernetes}-${os}-${arch}.tar.gz`;
  const paths = {
    index: '/envtest-releases.yaml',
    archive: `/download/${archiveName}`,
    manager: `/v${kubernetes}/bin/${os}/${arch}/kube-controller-manager`,
    helm: `/helm-v${pinnedVersion('helm', kubernetes)}-${os}-${arch}.tar.gz`,
  };
  const archive = await tarball(
    'controller-tools/envtest',
    ['etcd', 'kube-apiserver', 'kubectl'],
    kubernetes,
  );
  const helm = await tarball(`${os}-${arch}`, ['helm'], kubernetes);
  const manager = fakeProgram('kube-controller-manager', kubernetes);
  const entry = { hash: digest('sha512', archive), selfLink: base + paths.archive };
  answers.set(paths.index, JSON.stringify({ releases: { [`v${kubernetes}`]: { [archiveName]: entry } } }));
  answers.set(paths.archive, archive);
  answers.set(paths.manager, manager);
  answers.set(`${paths.manager}.sha512`, digest('sha512', manager));
  answers.set(paths.helm, helm);
  answers.set(`${paths.helm}.sha256sum`, `${digest('sha256', helm)}  ${paths.helm.slice(1)}\n`);
  return {
    hosts: { envtestIndex: base + paths.index, kubernetes: base, helm: base },
    answers,
    asked,
    paths,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** An archive of fake programs, in a folder as deep as in the real one. */
export async function tarball(
  inside: string,
  names: readonly BinaryName[],
  kubernetes: string,
  version?: string,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'pathkeeper-archive-'));
  try {
    for (const name of names) await writeFakeProgram(join(folder, inside), name, kubernetes, version);
    const path = join(folder, 'archive.tar.gz');
    const { code, stderr } = await runCommand('tar', [
      '-czf',
      path,
      '-C',
      folder,
      inside.split('/')[0] ?? '',
    ]);
    if (code !== 0) throw new Error(stderr);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function digest(algorithm: 'sha256' | 'sha512', content: Buffer | string): string {
  return createHash(algorithm).update(content).digest('hex');
}
