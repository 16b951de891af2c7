import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { writeFakeProgram } from './fake-programs.ts';
import { digest, type FakeReleaseServer, startFakeReleaseServer, tarball } from './fake-release-server.ts';
import { type Builder, obtainBinaries, type ObtainOptions } from './obtain-binaries.ts';
import { BINARY_NAMES, type BinaryName, thisPlatform } from './versions.ts';

const KUBERNETES = '1.36.3';
const FROM_ARCHIVE: readonly BinaryName[] = ['kube-apiserver', 'etcd', 'kubectl'];

let root: string;
let server: FakeReleaseServer;
let built: BinaryName[];
let said: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pathkeeper-obtain-'));
  server = await startFakeReleaseServer(KUBERNETES);
  built = [];
  said = [];
});

afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const fakeBuild: Builder = async (name, kubernetes, output) => {
  built.push(name);
  await writeFakeProgram(join(output, '..'), name, kubernetes);
};

function obtain(options: ObtainOptions = {}) {
  return obtainBinaries({
    kubernetes: KUBERNETES,
    cacheRoot: root,
    assets: '',
    hosts: server.hosts,
    build: fakeBuild,
    progress: (line) => said.push(line),
    answerMs: 20_000,
    ...options,
  });
}

function cacheFolder(): string {
  const { os, arch } = thisPlatform();
  return join(root, `${KUBERNETES}-${os}-${arch}`);
}

/** Nothing listens there: port 9 (discard) of loopback refuses at once. */
const NO_HOSTS = {
  envtestIndex: 'http://127.0.0.1:9/',
  kubernetes: 'http://127.0.0.1:9',
  helm: 'http://127.0.0.1:9',
};

describe('official releases', () => {
  test('everything comes from them, into the cache, and nobody is asked again', async () => {
    const binaries = await obtain();
    expect(Object.keys(binaries).toSorted()).toEqual([...BINARY_NAMES].toSorted());
    for (const name of BINARY_NAMES) expect(binaries[name]).toBe(join(cacheFolder(), name));
    expect(built).toEqual([]);
    const askedBefore = server.asked.length;
    expect(await obtain()).toEqual(binaries);
    expect(server.asked).toHaveLength(askedBefore);
  });

  test('the cache keeps no archive and no unfinished file', async () => {
    await obtain();
    const kept = await readdir(cacheFolder(), { recursive: true });
    expect(kept.toSorted()).toEqual([...BINARY_NAMES, 'manifest.json', 'unfinished'].toSorted());
  });

  test('an archive with another SHA-512 than published is not used', async () => {
    const other = await tarball('controller-tools/envtest', FROM_ARCHIVE, KUBERNETES, KUBERNETES);
    server.answers.set(server.paths.archive, Buffer.concat([other, Buffer.from('x')]));
    await obtain();
    expect(built).toEqual(FROM_ARCHIVE);
    expect(said.join('\n')).toMatch(/the test archive cannot be downloaded: .* not the published/);
  });

  test.each([
    ['kube-controller-manager', 'manager', '.sha512'],
    ['helm', 'helm', '.sha256sum'],
  ] as const)('a %s with another digest than published is not used', async (name, path, suffix) => {
    server.answers.set(server.paths[path] + suffix, digest('sha512', 'something else'));
    await obtain();
    expect(built).toEqual([name]);
  });

  test('a body that ends early is not used', async () => {
    const whole = server.answers.get(server.paths.archive) as Buffer;
    server.answers.set(server.paths.archive, (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': whole.length });
      response.write(whole.subarray(0, whole.length / 2), () => response.destroy());
    });
    await obtain();
    expect(built).toEqual(FROM_ARCHIVE);
  });

  test('a body without a length that ends early is caught by its digest', async () => {
    const whole = server.answers.get(server.paths.archive) as Buffer;
    server.answers.set(server.paths.archive, (response: ServerResponse) =>
      response.writeHead(200).end(whole.subarray(0, whole.length / 2)),
    );
    await obtain();
    expect(built).toEqual(FROM_ARCHIVE);
  });

  test('a body that stands still is given up', async () => {
    server.answers.set(server.paths.archive, (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('the beginning');
    });
    await obtain({ stallMs: 1_000 });
    expect(built).toEqual(FROM_ARCHIVE);
    expect(said.join('\n')).toMatch(/nothing for 1000 ms/);
  });

  test('a host that takes the connection and says nothing is given up', async () => {
    for (const path of [
      server.paths.index,
      `${server.paths.manager}.sha512`,
      `${server.paths.helm}.sha256sum`,
    ]) {
      server.answers.set(path, () => undefined);
    }
    await obtain({ answerMs: 100 });
    expect(built).toEqual(BINARY_NAMES);
    expect(said.filter((line) => line.includes('no answer within 100 ms'))).toHaveLength(3);
  });

  test('hosts that cannot be reached are passed over', async () => {
    await obtain({ hosts: NO_HOSTS });
    expect(built).toEqual(BINARY_NAMES);
  });

  test.each([
    ['does not list the version', 'releases: {v1.36.2: {}}'],
    ['is empty', ''],
    ['is not YAML', 'releases: {'],
  ])('an index that %s leads to a build', async (_what, index) => {
    server.answers.set(server.paths.index, index);
    await obtain();
    expect(built).toEqual(FROM_ARCHIVE);
  });

  test('a program of another version than its archive promises is not used', async () => {
    const { os, arch } = thisPlatform();
    const old = await tarball(`${os}-${arch}`, ['helm'], KUBERNETES, '3.1.0');
    server.answers.set(server.paths.helm, old);
    server.answers.set(`${server.paths.helm}.sha256sum`, digest('sha256', old));
    await obtain();
    expect(built).toEqual(['helm']);
    expect(said.join('\n')).toMatch(/helm .* is 3\.1\.0, not 3\./);
  });
});

describe('the cache', () => {
  test('a damaged program is obtained again, and only that one', async () => {
    await obtain({ hosts: NO_HOSTS });
    built = [];
    await appendFile(join(cacheFolder(), 'etcd'), 'garbage');
    await rm(join(cacheFolder(), 'helm'));
    const binaries = await obtain({ hosts: NO_HOSTS });
    expect(built).toEqual(['etcd', 'helm']);
    expect(await readFile(binaries.etcd, 'utf8')).not.toMatch(/garbage/);
    expect(said).toContain('etcd: damaged in the cache; obtaining it again');
  });

  test('a program of an older pin is obtained again', async () => {
    await obtain({ hosts: NO_HOSTS });
    built = [];
    const path = join(cacheFolder(), 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as { binaries: { helm: { pinned: string } } };
    manifest.binaries.helm.pinned = '3.18.0';
    await writeFile(path, JSON.stringify(manifest));
    await obtain({ hosts: NO_HOSTS });
    expect(built).toEqual(['helm']);
  });

  test('a damaged manifest is written anew', async () => {
    await obtain({ hosts: NO_HOSTS });
    built = [];
    await writeFile(join(cacheFolder(), 'manifest.json'), '{"format":1,"binaries":');
    await obtain({ hosts: NO_HOSTS });
    expect(built).toEqual(BINARY_NAMES);
    built = [];
    await obtain({ hosts: NO_HOSTS });
    expect(built).toEqual([]);
  });

  test('two at once build each program once', async () => {
    const [first, second] = await Promise.all([obtain({ hosts: NO_HOSTS }), obtain({ hosts: NO_HOSTS })]);
    expect(first).toEqual(second);
    expect(built).toEqual(BINARY_NAMES);
    expect(said.join('\n')).toMatch(/waiting for process \d+/);
  });

  test('a build that fails is told, and what was built before it is kept', async () => {
    const failing: Builder = async (name, ...rest) => {
      if (name === 'kubectl') throw new Error('does not compile');
      await fakeBuild(name, ...rest);
    };
    await expect(obtain({ hosts: NO_HOSTS, build: failing })).rejects.toThrow('does not compile');
    built = [];
    await obtain({ hosts: NO_HOSTS });
    expect(built).toEqual(['kubectl', 'kube-controller-manager', 'helm']);
  });

  test('a build of another version is refused', async () => {
    const wrong: Builder = async (name, kubernetes, output) => {
      await writeFakeProgram(join(output, '..'), name, kubernetes, '3.0.0');
    };
    await expect(obtain({ hosts: NO_HOSTS, build: wrong })).rejects.toThrow(
      'kube-apiserver from go build is 3.0.0, not 1.36.3',
    );
  });
});

describe('KUBEBUILDER_ASSETS', () => {
  test('what is there is taken as it is, and the rest is obtained', async () => {
    const assets = join(root, 'assets');
    for (const name of FROM_ARCHIVE) await writeFakeProgram(assets, name, '1.36.0');
    const binaries = await obtain({ assets, hosts: NO_HOSTS });
    for (const name of FROM_ARCHIVE) expect(binaries[name]).toBe(join(assets, name));
    expect(built).toEqual(['kube-controller-manager', 'helm']);
  });

  test('a folder of another minor version is passed over, and said so', async () => {
    const assets = join(root, 'assets');
    for (const name of FROM_ARCHIVE) await writeFakeProgram(assets, name, '1.34.1');
    const binaries = await obtain({ assets });
    expect(binaries.kubectl).toBe(join(cacheFolder(), 'kubectl'));
    expect(said.join('\n')).toMatch(/Kubernetes 1\.34\.1 in .*, 1\.36\.3 wanted; passed over/);
  });

  test('a folder without an API server is passed over, and said so', async () => {
    await obtain({ assets: root });
    expect(said.join('\n')).toMatch(/no kube-apiserver in .*; passed over/);
  });
});
