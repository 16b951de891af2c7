import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { Fix, PatchOperation } from '../findings/finding.ts';
import type { NeededTimes } from './needed-times.ts';
import { valueAt } from './locate.ts';

/** A version of the Kubernetes API server. */
export interface ClusterVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * The keep-alive sysctls are safe, pass Pod Security's baseline and are allowed by every kubelet from Kubernetes 1.29
 * (KEP-3105, "safe sysctls"); before that the kubelet refuses the pod unless the node allows them.
 */
export function sysctlsAreSafe(version: ClusterVersion | undefined): boolean {
  return version === undefined || version.major > 1 || version.minor >= 29;
}

interface Sysctl {
  readonly name: string;
  readonly value: string;
}

/** The sysctls that make sockets of this pod probe early enough. */
export function keepAliveSysctls(needed: NeededTimes): readonly Sysctl[] {
  return [
    { name: 'net.ipv4.tcp_keepalive_time', value: String(needed.time) },
    { name: 'net.ipv4.tcp_keepalive_intvl', value: String(needed.interval) },
    { name: 'net.ipv4.tcp_keepalive_probes', value: String(needed.probes) },
  ];
}

/**
 * The change that puts the sysctls into a pod template, as YAML to paste and as a JSON patch.
 * A value that somebody set is replaced in the proposal; admission never does that (see `sysctlPatch`).
 */
export function sysctlFix(
  subject: WorkloadSubject,
  needed: NeededTimes,
  version: ClusterVersion | undefined,
): Fix {
  const wanted = keepAliveSysctls(needed);
  const lines = ['securityContext:', '  sysctls:'];
  for (const { name, value } of wanted) lines.push(`  - {name: ${name}, value: "${value}"}`);
  return {
    side: 'Workload',
    title: `set net.ipv4.tcp_keepalive_time=${needed.time} in the pod's securityContext.sysctls`,
    text: lines.join('\n'),
    place: {
      object: { kind: subject.kind, namespace: subject.namespace, name: subject.name },
      pointer: `${subject.templatePointer}/spec/securityContext/sysctls`,
    },
    patch: sysctlPatch(subject, wanted, 'Replace'),
    ...(version === undefined ? { note: 'needs Kubernetes 1.29 or newer' } : {}),
  };
}

/**
 * JSON patch operations that add the sysctls. `Keep` leaves every sysctl that is already there as it is
 * (and adds only what is missing); `Replace` overwrites its value.
 */
export function sysctlPatch(
  subject: WorkloadSubject,
  wanted: readonly Sysctl[],
  existing: 'Keep' | 'Replace',
): readonly PatchOperation[] {
  const base = `${subject.templatePointer}/spec/securityContext`;
  const context = valueAt(subject.object, base);
  if (!isRecord(context)) return [{ op: 'add', path: base, value: { sysctls: wanted } }];
  const present = context['sysctls'];
  if (!Array.isArray(present)) return [{ op: 'add', path: `${base}/sysctls`, value: wanted }];
  const operations: PatchOperation[] = [];
  for (const sysctl of wanted) {
    const index = present.findIndex((item) => isRecord(item) && item['name'] === sysctl.name);
    if (index < 0) operations.push({ op: 'add', path: `${base}/sysctls/-`, value: sysctl });
    else if (existing === 'Replace')
      operations.push({ op: 'replace', path: `${base}/sysctls/${index}/value`, value: sysctl.value });
  }
  return operations;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
