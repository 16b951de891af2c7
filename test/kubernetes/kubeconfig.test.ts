import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { KeyPair } from '../controlplane/certificates.ts';
import type { Step } from './scripted-server.ts';
import { renderFault } from '../../src/faults/render-fault.ts';
import { connectCluster } from '../../src/kubernetes/connect-cluster.ts';
import { createAuthority, issueServer } from '../controlplane/certificates.ts';
import { FakeTime } from './fake-time.ts';
import { ScriptedServer, json } from './scripted-server.ts';

let authority: KeyPair;
let serving: KeyPair;
let server: ScriptedServer;
let folder: string;
let time: FakeTime;
const clusters: Cluster[] = [];

beforeAll(async () => {
  authority = await createAuthority('test authority');
  serving = await issueServer(authority, 'api', { dns: ['localhost'], ip: ['127.0.0.1'] });
});

beforeEach(async () => {
  server = await ScriptedServer.start({ cert: serving.certificate, key: serving.key });
  folder = await mkdtemp(path.join(os.tmpdir(), 'pathkeeper-kubeconfig-'));
  time = new FakeTime();
});

afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.close();
  await server.close();
  await rm(folder, { recursive: true });
});

interface ConfigParts {
  readonly user?: object;
  readonly name?: string;
  readonly current?: string;
}

/** Writes a kubeconfig (JSON is YAML) with one context, cluster and user of that name. */
async function writeConfig(
  file: string,
  { user = {}, name = 'test', current = name }: ConfigParts,
): Promise<string> {
  const ca = Buffer.from(authority.certificate).toString('base64');
  const config = {
    'current-context': current,
    clusters: [{ name, cluster: { server: server.url, 'certificate-authority-data': ca } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  const where = path.join(folder, file);
  await writeFile(where, JSON.stringify(config));
  return where;
}

async function connect(files: readonly string[], context?: string): Promise<Cluster> {
  const cluster = await connectCluster({
    source: { from: 'Kubeconfig', files, context },
    userAgent: 'test',
    time,
  });
  clusters.push(cluster);
  return cluster;
}

const VERSION = { major: '1', minor: '36+', gitVersion: 'v1.36.3' };

/** A server that knows one Authorization header. */
function wants(authorization: string): Step {
  return (response, request) => {
    const known = request.headers.authorization === authorization;
    json(response, known ? 200 : 401, known ? VERSION : { reason: 'Unauthorized' });
  };
}

describe('a kubeconfig', () => {
  test('says where the server is, whom to believe, and who we are: by token', async () => {
    const cluster = await connect([await writeConfig('config', { user: { token: 'abc' } })]);
    server.script('Other', wants('Bearer abc'));
    expect(await cluster.serverVersion()).toEqual({ major: 1, minor: 36, gitVersion: 'v1.36.3' });
    expect(cluster.server).toBe(server.url);
  });

  test('by name and password', async () => {
    const cluster = await connect([
      await writeConfig('config', { user: { username: 'me', password: 'pass:word' } }),
    ]);
    server.script('Other', wants(`Basic ${Buffer.from('me:pass:word').toString('base64')}`));
    expect((await cluster.serverVersion()).minor).toBe(36);
  });

  test('by a file with a token, which changes', async () => {
    await writeFile(path.join(folder, 'token'), 'first\n');
    const cluster = await connect([await writeConfig('config', { user: { tokenFile: 'token' } })]);
    server.script('Other', wants('Bearer first'), wants('Bearer second'), wants('Bearer second'));
    await cluster.serverVersion();
    await writeFile(path.join(folder, 'token'), 'second\n');
    await cluster.serverVersion();
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer first',
      'Bearer second',
    ]);
  });

  test('by a program, which is asked again when the server refuses what it said', async () => {
    const program = path.join(folder, 'plugin.cjs');
    const counter = path.join(folder, 'count');
    await writeFile(
      program,
      `const fs = require('node:fs');
       const n = fs.existsSync(${JSON.stringify(counter)}) ? Number(fs.readFileSync(${JSON.stringify(counter)})) + 1 : 1;
       fs.writeFileSync(${JSON.stringify(counter)}, String(n));
       console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: { token: 'token-' + n } }));`,
    );
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [program],
      interactiveMode: 'Never',
    };
    const cluster = await connect([await writeConfig('config', { user: { exec } })]);
    server.script(
      'Other',
      wants('Bearer token-1'),
      wants('Bearer token-1'),
      wants('Bearer token-2'),
      wants('Bearer token-2'),
    );
    await cluster.serverVersion();
    await cluster.serverVersion();
    await cluster.serverVersion();
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test('by a program that fails: that is told, and nothing is sent', async () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: '/nowhere/plugin',
      interactiveMode: 'Never',
    };
    const cluster = await connect([await writeConfig('config', { user: { exec } })]);
    const failed: unknown = await cluster.serverVersion().catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CredentialsUnusable' });
    expect(renderFault(failed)).toContain('ENOENT');
    expect(server.requests).toEqual([]);
  });

  test('may be several files: of two with the same name the first counts, as with kubectl', async () => {
    const files = [
      await writeConfig('a', { name: 'shared', user: { token: 'from-a' }, current: '' }),
      await writeConfig('b', { name: 'shared', user: { token: 'from-b' }, current: 'shared' }),
      await writeConfig('c', { name: 'other', user: { token: 'from-c' } }),
    ];
    server.script('Other', wants('Bearer from-a'), wants('Bearer from-c'));
    await (await connect(files)).serverVersion();
    await (await connect(files, 'other')).serverVersion();
    expect(server.requests).toHaveLength(2);
  });

  test.each<readonly [string, string]>([
    ['is not YAML', '{{{'],
    ['is empty', ''],
    ['has no clusters', '{"current-context":"x"}'],
    [
      'points nowhere',
      '{"current-context":"x","contexts":[{"name":"x","context":{"cluster":"gone","user":"gone"}}],"clusters":[],"users":[]}',
    ],
  ])('one that %s is a fault that no retry helps', async (_what, text) => {
    const file = path.join(folder, 'config');
    await writeFile(file, text);
    await expect(connect([file])).rejects.toMatchObject({ code: 'KubeconfigUnusable', retryable: false });
  });

  test('one that is not there says which', async () => {
    await expect(connect([path.join(folder, 'missing')])).rejects.toMatchObject({
      code: 'KubeconfigUnusable',
      message: expect.stringContaining('missing'),
    });
    await expect(connect([])).rejects.toMatchObject({ code: 'KubeconfigUnusable' });
  });
});

test('a pod with a service account never loads the client library', async () => {
  await writeFile(path.join(folder, 'token'), 'abc');
  await writeFile(path.join(folder, 'ca.crt'), authority.certificate);
  server.script('Other', wants('Bearer abc'));
  const script = `
    import { isBuiltin, registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve: (specifier, context, next) => { loaded.push(specifier); return next(specifier, context); } });
    const { connectCluster } = await import(${JSON.stringify(new URL('../../src/kubernetes/connect-cluster.js', import.meta.url).href)});
    const source = { from: 'ServiceAccount', host: '127.0.0.1', port: ${server.port}, folder: ${JSON.stringify(folder)} };
    const cluster = await connectCluster({ source, userAgent: 'test' });
    const version = await cluster.serverVersion();
    await cluster.close();
    const packages = loaded.filter((name) => !isBuiltin(name) && !/^[.]|^file:/.test(name));
    console.log(JSON.stringify({ version, packages }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  expect(JSON.parse(stdout)).toMatchObject({ version: { minor: 36 }, packages: ['yaml'] });
});
