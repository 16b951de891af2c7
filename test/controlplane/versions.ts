/**
 * The programs that make up a control plane and drive it, in the order in which they are built: first the one whose
 * version may be unknown here, so that this is told at once.
 */
export const BINARY_NAMES = ['kube-apiserver', 'etcd', 'kubectl', 'kube-controller-manager', 'helm'] as const;

export type BinaryName = (typeof BINARY_NAMES)[number];

/** Where each program lies: absolute paths. */
export type Binaries = Readonly<Record<BinaryName, string>>;

const DEFAULT_KUBERNETES = '1.36.3';
const ETCD = '3.6.6';
const HELM = '3.19.5';

/**
 * The Kubernetes version to run, without a `v`: `K8S_VERSION` where it is set. A version can be built when its
 * pinned modules lie in `gobuild/kubernetes-<version>/`.
 */
export function wantedKubernetesVersion(): string {
  const wanted = (process.env['K8S_VERSION'] ?? '').trim().replace(/^v/, '');
  if (wanted === '') return DEFAULT_KUBERNETES;
  if (!/^1\.\d{1,3}\.\d{1,3}$/.test(wanted)) throw new Error(`K8S_VERSION ${wanted} is not like 1.36.3`);
  return wanted;
}

/** The version that each program is pinned to beside this version of Kubernetes, without a `v`. */
export function pinnedVersion(name: BinaryName, kubernetes: string): string {
  if (name === 'etcd') return ETCD;
  return name === 'helm' ? HELM : kubernetes;
}

/** Node's names of this machine, in Go's words, which all these projects' releases use. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

export function thisPlatform(): Platform {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  return { os, arch };
}
