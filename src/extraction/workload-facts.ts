import type { Finding } from '../findings/finding.ts';
import type { Place } from '../findings/place.ts';
import type { ConnectionModel } from './connection-model.ts';
import type { Setting, UnknownCause } from './setting.ts';

/** An object with a pod template, reduced to what is read. */
export interface WorkloadSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** JSON pointer to the pod template: `` for a Pod, `/spec/template`, `/spec/jobTemplate/spec/template`. */
  readonly templatePointer: string;
  readonly templateLabels: Readonly<Record<string, string>>;
  readonly templateAnnotations: Readonly<Record<string, string>>;
  /** The pod spec as it stands: hostile, read with guards. */
  readonly podSpec: unknown;
  /** The controller that made it (ownerReferences with `controller: true`): it is judged in the object's place. */
  readonly owner?: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid?: string;
  };
  /** The whole object, for patches and pointers. */
  readonly object: unknown;
}

/**
 * The address a connection goes to, as far as it can be read. `Local` never leaves the pod and crosses no path.
 * With `secret` the host was read in a Secret: it may be compared, never shown (it is left out of JSON).
 */
export type Address =
  | {
      readonly state: 'Known';
      readonly host: string;
      readonly port?: number;
      readonly place?: Place;
      readonly secret?: true;
    }
  | { readonly state: 'Local'; readonly what: 'UnixSocket' | 'Loopback' | 'OwnPod'; readonly place?: Place }
  | {
      readonly state: 'Unknown';
      readonly cause: UnknownCause;
      readonly reason: string;
      readonly place?: Place;
    };

/** One client that may be behind a connection. All candidates of a connection are judged. */
export interface Candidate {
  readonly model: ConnectionModel;
  /** What would tell that this candidate is the one, in words. */
  readonly decidedBy?: string;
}

/** A connection that the workload opens (Outbound) or accepts (Inbound). */
export interface Connection {
  /** Stable within the workload. */
  readonly id: string;
  readonly direction: 'Outbound' | 'Inbound';
  readonly container: string;
  readonly address: Address;
  /** `Listening` by declaration or because its entry always listens; otherwise `Pooled`. */
  readonly use: 'Pooled' | 'Listening';
  readonly candidates: readonly Candidate[];
  /** `Visible` in the manifest, `Declared` in an annotation, `Unnamed` where nothing is visible, `KubernetesApi` for the implied one. */
  readonly origin: 'Visible' | 'Declared' | 'Unnamed' | 'KubernetesApi';
  readonly place?: Place;
  /** Why it never lies idle (a server that closes after each answer), as a sentence: then there is nothing to judge. */
  readonly neverIdle?: string;
}

/** The pod's keep-alive sysctls: read, or the kernel's compiled-in 7200/75/9 of a new network namespace. */
export interface PodKeepAlive {
  readonly time: Setting<number>;
  readonly interval: Setting<number>;
  readonly probes: Setting<number>;
}

/** All that is known of a workload, before any policy is asked. */
export interface WorkloadFacts {
  readonly hostNetwork: boolean;
  readonly keepAlive: PodKeepAlive;
  /** net.ipv4.tcp_retries2 of the pod: how often unanswered data is sent again before the kernel gives up. */
  readonly tcpRetries?: Setting<number>;
  /** A Job or CronJob: its connections end with it. */
  readonly shortLived: boolean;
  /** activeDeadlineSeconds of the Job or the pod. */
  readonly deadlineSeconds?: number;
  readonly connections: readonly Connection[];
  /**
   * The connection that it has to the Kubernetes API, where it runs under a service account of its own whose token
   * is not switched off. Not among `connections`: it counts only for a policy whose destination is that Service.
   */
  readonly kubernetesApi?: Connection;
  /** Mesh sidecars that the pod has or asks for: device ids of implicit first hops. */
  readonly sidecars: readonly SidecarFacts[];
  /** Settings nobody recognises whose names speak of the matter. */
  readonly unrecognisedSettings: readonly {
    readonly name: string;
    readonly container: string;
    readonly place: Place;
  }[];
  /** What could not be read at all (a ConfigMap that is missing), by cause. */
  readonly unreadable: readonly {
    readonly what: string;
    readonly cause: UnknownCause;
    readonly place: Place;
  }[];
  /** Findings of extraction itself: 4xxx and malformed declarations. */
  readonly findings: readonly Finding[];
}

/** A sidecar that is an implicit first hop. */
export interface SidecarFacts {
  readonly device: string;
  readonly because: string;
  readonly place?: Place;
}
