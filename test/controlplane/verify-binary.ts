import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { runCommand } from './run-command.ts';
import type { BinaryName } from './versions.ts';

const VERSION_ARGUMENTS: Readonly<Record<BinaryName, readonly string[]>> = {
  etcd: ['--version'],
  'kube-apiserver': ['--version'],
  'kube-controller-manager': ['--version'],
  kubectl: ['version', '--client'],
  helm: ['version', '--template', 'Version: {{.Version}}'],
};

/**
 * Runs the program and returns the version that it names, without a `v`. Throws when it does not run or names
 * none: a broken or foreign file.
 */
export async function versionOfBinary(name: BinaryName, path: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand(path, VERSION_ARGUMENTS[name], { timeoutMs: 20_000 });
  const version = /(?:Kubernetes|Version:) v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (code !== 0 || version === undefined) {
    throw new Error(`${path} does not say its version (exit ${code}): ${(stdout + stderr).slice(0, 200)}`);
  }
  return version;
}

/** The digest of a file, in hexadecimal. */
export async function digestOfFile(algorithm: 'sha256' | 'sha512', path: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
