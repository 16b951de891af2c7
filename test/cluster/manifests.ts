/** What the suites ask of a pod. */
export interface Shape {
  /** Variable DATABASE_URL. */
  readonly url?: string;
  readonly sysctls?: readonly { readonly name: string; readonly value: string }[];
  readonly hostNetwork?: boolean;
  readonly env?: readonly object[];
  readonly envFrom?: readonly object[];
  /** Default: 1. */
  readonly replicas?: number;
}

/** psycopg2 with the kernel's own keep-alive time, 7200 s: too late for a NAT gateway. */
export const LATE = 'postgresql+psycopg2://app@db.example:5432/app?keepalives=1';
/** The same, in time. */
export const EARLY =
  'postgresql+psycopg2://app@db.example:5432/app?keepalives_idle=60&keepalives_interval=10';

/** A policy `nat` over everything in a namespace: a NAT gateway that forgets after 350 s. */
export function policy(namespace: string, spec: object = {}, name = 'nat'): object {
  return {
    apiVersion: 'pathkeeper.dev/v1alpha1',
    kind: 'NetworkPathPolicy',
    metadata: { name, namespace },
    spec: { podSelector: {}, path: natPath(), ...spec },
  };
}

export function clusterPolicy(name: string, spec: object): object {
  return {
    apiVersion: 'pathkeeper.dev/v1alpha1',
    kind: 'ClusterNetworkPathPolicy',
    metadata: { name },
    spec: { podSelector: {}, path: natPath(), ...spec },
  };
}

function natPath(): object {
  return { hops: [{ name: 'nat-gateway', device: 'aws-nat-gateway' }] };
}

export function deployment(namespace: string, name: string, shape: Shape): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: shape.replicas ?? 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(shape) },
    },
  };
}

export function pod(namespace: string, name: string, shape: Shape): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: podSpec(shape) };
}

function podSpec({ url, sysctls, hostNetwork, env = [], envFrom }: Shape): object {
  const variables = [...(url === undefined ? [] : [{ name: 'DATABASE_URL', value: url }]), ...env];
  return {
    ...(sysctls === undefined ? {} : { securityContext: { sysctls } }),
    ...(hostNetwork === undefined ? {} : { hostNetwork }),
    containers: [
      {
        name: 'app',
        image: 'registry.example/app:1',
        env: variables,
        ...(envFrom === undefined ? {} : { envFrom }),
      },
    ],
  };
}
