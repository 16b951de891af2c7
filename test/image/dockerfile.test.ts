import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DockerfileParser, type Copy, type Dockerfile, type Instruction } from 'dockerfile-ast';
import { projectRoot } from '../controlplane/project-root.ts';

/* No container engine is needed: the Dockerfile is parsed, and what its last stage holds is put together and started. */
const root = projectRoot();
const dockerfile: Dockerfile = DockerfileParser.parse(readFileSync(join(root, 'Dockerfile'), 'utf8'));
const instructions = dockerfile.getInstructions();
const lastFrom = instructions.findLastIndex((instruction) => instruction.getKeyword() === 'FROM');
const lastStage = instructions.slice(lastFrom);

function named(keyword: string): readonly Instruction[] {
  return lastStage.filter((instruction) => instruction.getKeyword() === keyword);
}

describe('the image', () => {
  test('is built from one base, pinned to a full version', () => {
    const [arg] = instructions;
    expect(arg?.getArgumentsContent()).toMatch(/^NODE_IMAGE=node:\d+\.\d+\.\d+-[a-z-]+$/);
    for (const from of dockerfile.getFROMs()) expect(from.getImage()).toMatch(/^\$\{NODE_IMAGE\}$/);
  });

  test('runs the version of Node.js that the tests run on', () => {
    const version = /node:(\d+\.\d+\.\d+)-/.exec(instructions[0]?.getArgumentsContent() ?? '')?.[1];
    expect(`v${version}`).toBe(process.version);
  });

  test('runs as a number that is not root, by a command without a shell', () => {
    const [user] = named('USER');
    expect(user?.getArgumentsContent()).toBe('65532:65532');
    const [entrypoint] = named('ENTRYPOINT');
    expect(JSON.parse(entrypoint?.getArgumentsContent() ?? '')).toEqual(['node', '/app/build/src/main.js']);
    expect(named('RUN')).toEqual([]);
  });

  test('takes nothing but copies of what is there, and nothing from the network by ADD', () => {
    expect(instructions.filter((instruction) => instruction.getKeyword() === 'ADD')).toEqual([]);
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8');
    for (const copy of dockerfile.getCOPYs()) {
      if (isFromStage(copy)) continue;
      for (const source of copy.getArguments().slice(0, -1)) {
        expect(existsSync(join(root, source.getValue()))).toBe(true);
        expect(ignored).toContain(`!${source.getValue().split('/')[0]}\n`);
      }
    }
  });

  test('has the command that the chart starts', () => {
    const template = readFileSync(join(root, 'charts/pathkeeper/templates/deployments.yaml'), 'utf8');
    expect(template.match(/command: \[node, \/app\/build\/src\/main\.js\]/g)).toHaveLength(2);
  });
});

function isFromStage(copy: Copy): boolean {
  return copy.getFromFlag() !== null;
}

describe('what the last stage holds', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathkeeper-image-'));
    for (const part of ['build/src', 'build/package.json', 'package.json']) copyInto(folder, part);
    for (const path of productionPackages()) copyInto(folder, path);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('starts and tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  test('checks manifests', () => {
    const { status, stdout } = run([
      'check',
      join(root, 'examples', '1-oracle-firewall-policy.yaml'),
      join(root, 'examples', '1-oracle-orders.yaml'),
    ]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/NPP1001/);
  });

  test('loads all that webhook and controller need, and fails for want of a cluster only', () => {
    for (const command of ['webhook', 'controller']) {
      const { stderr, stdout } = run([command, '--kubeconfig', '/does/not/exist']);
      expect(stderr + stdout).toMatch(/KubeconfigUnusable|kubeconfig/i);
      expect(stderr + stdout).not.toMatch(/ERR_MODULE_NOT_FOUND|Cannot find/);
    }
  });

  test('holds no tool of development', () => {
    for (const name of ['typescript', 'jest', 'oxlint', 'node', 'prettier']) {
      expect(existsSync(join(folder, 'node_modules', name))).toBe(false);
    }
  });

  function run(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(folder, 'build/src/main.js'), ...args],
      {
        encoding: 'utf8',
        env: { PATH: '' },
        timeout: 60_000,
      },
    );
    return { status, stdout, stderr };
  }
});

function copyInto(folder: string, path: string): void {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(root, path), target, { recursive: true, dereference: true });
}

/** Folders of the packages that `npm ci --omit=dev` installs, relative to the project. */
function productionPackages(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path.startsWith('node_modules/') && dev !== true)
    .map(([path]) => path)
    .filter(
      (path) => existsSync(join(root, path)) && !relative('node_modules', path).includes('node_modules'),
    );
}
