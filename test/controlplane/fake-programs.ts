import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type BinaryName, pinnedVersion } from './versions.ts';

const WORDS: Readonly<Record<BinaryName, string>> = {
  etcd: 'etcd Version: ',
  'kube-apiserver': 'Kubernetes v',
  'kube-controller-manager': 'Kubernetes v',
  kubectl: 'Client Version: v',
  helm: 'Version: v',
};

/** A program that only tells a version, the way that the real one tells it. */
export function fakeProgram(name: BinaryName, version: string): string {
  return `#!/bin/sh\necho '${WORDS[name]}${version}'\n`;
}

/** Writes a fake program, executable, and returns its path. */
export async function writeFakeProgram(
  folder: string,
  name: BinaryName,
  kubernetes: string,
  version = pinnedVersion(name, kubernetes),
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await writeFile(path, fakeProgram(name, version), { mode: 0o755 });
  return path;
}
