import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projectRoot } from '../controlplane/project-root.ts';

/* The program as a person starts it: exit codes, one-line errors, and what it loads. */
const main = join(projectRoot(), 'build/src/main.js');
const examples = join(projectRoot(), 'examples');

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function pathkeeper(args: readonly string[], input = '', nodeFlags: readonly string[] = []): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeFlags, main, ...args], {
    encoding: 'utf8',
    input,
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1' },
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

describe('exit codes', () => {
  test.each<[string, readonly string[], number]>([
    ['nothing at risk', ['check', join(examples, '1-oracle-firewall-policy.yaml')], 0],
    ['a policy that cannot be applied', ['check', examples], 2],
    ['help', ['--help'], 0],
    ['an unknown command', ['nonsense'], 2],
    ['a missing argument', ['check'], 2],
    ['a wrong choice', ['check', '--format', 'xml', examples], 2],
    ['a file that is not there', ['check', '/does/not/exist.yaml'], 2],
    ['a port that is none', ['webhook', '--port', 'abc'], 2],
    ['a kubeconfig that is not there', ['controller', '--kubeconfig', '/does/not/exist'], 2],
  ])('%s', (_name, args, status) => {
    expect(pathkeeper(args).status).toBe(status);
  });

  test('workloads at risk: 1; the same below --fail-on: 0', () => {
    const files = ['2-nat-policy.yaml', '2-billing-running.yaml'].map((name) => join(examples, name));
    expect(pathkeeper(['check', ...files]).status).toBe(1);
    expect(pathkeeper(['check', '--fail-on', 'Never', ...files]).status).toBe(0);
  });
});

describe('an error is one line that says what to do, without a stack', () => {
  test.each<[readonly string[], RegExp]>([
    [
      ['webhook', '--port', 'abc'],
      /^pathkeeper webhook: --port: must be a port from 0 to 65535 \(given: 'abc'\)\n$/,
    ],
    [['webhook', '--certificate-source', 'X'], /Allowed choices are Self, Files/],
    [
      ['controller', '--kubeconfig', '/does/not/exist'],
      /^pathkeeper: KubeconfigUnusable: .*\/does\/not\/exist.*\n$/,
    ],
    [['check', '/does/not/exist.yaml'], /^\/does\/not\/exist\.yaml: error: no such file or folder\n$/],
  ])('%j', (args, message) => {
    const { stderr } = pathkeeper(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('check', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathkeeper-check-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('reads standard input, and names file and line', () => {
    const policy = `apiVersion: pathkeeper.dev/v1alpha1
kind: NetworkPathPolicy
metadata: {name: nat, namespace: default}
spec:
  podSelector: {}
  path:
    hops: [{name: nat-gateway, device: aws-nat-gateway}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: app
          image: x/y:1
          env:
            - name: DATABASE_URL
              value: postgresql+psycopg2://app:hunter2@db/app
`;
    const { stdout } = pathkeeper(['check', '-', '--format', 'json'], policy);
    const output = JSON.parse(stdout) as {
      workloads: { line: number; verdict: string; findings: Record<string, unknown>[] }[];
    };
    expect(output.workloads).toMatchObject([
      {
        line: 12,
        verdict: 'AtRisk',
        findings: [
          {
            code: 'NPP1001',
            policy: 'default/nat',
            hop: 'nat-gateway',
            leg: 1,
            state: 'Pooled',
            client: { id: 'psycopg2' },
            container: 'app',
            silenceSeconds: 7200,
            idleTimeoutSeconds: 350,
            file: '-',
            line: 22,
            pointer: '/spec/template/spec/containers/0/env/0/value',
          },
          { state: 'InUse', enforced: false },
        ],
      },
    ]);
    expect(stdout).not.toContain('hunter2');
    expect(pathkeeper(['check', '-'], policy).stdout).not.toContain('hunter2');
  });

  test('what cannot be read is told with its line, and the rest is still judged', () => {
    const file = join(folder, 'mixed.yaml');
    writeFileSync(
      file,
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: tab\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n',
    );
    const { status, stdout, stderr } = pathkeeper(['check', file]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/mixed\.yaml:4: error: cannot be read as YAML/);
    expect(stdout).toMatch(/1 without a policy; 1 not understood/);
  });

  test('never loads the client of the cluster', () => {
    const { stderr } = pathkeeper(['check', examples], '', ['--import', tracer()]);
    expect(stderr).toMatch(/loaded modules/);
    expect(stderr).not.toMatch(/@kubernetes\/client-node/);
    expect(stderr).not.toMatch(/node_modules\/express\//);
  });

  /** A module that prints at the end which files were loaded. */
  function tracer(): string {
    const file = join(folder, 'tracer.mjs');
    writeFileSync(
      file,
      `import { registerHooks } from 'node:module';
const seen = new Set();
registerHooks({ load(url, context, next) { seen.add(url); return next(url, context); } });
process.on('exit', () => process.stderr.write('loaded modules\\n' + [...seen].join('\\n') + '\\n'));
`,
    );
    return file;
  }
});
