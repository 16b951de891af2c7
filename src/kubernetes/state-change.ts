import type { CompiledPolicy } from '../inspection/compiled-policy.ts';

/** Something in the watched cluster changed that may change verdicts. Only keys: whoever is told reads the state anew. */
export type StateChange =
  /** `Kind/namespace/name`. */
  | { readonly what: 'Workload'; readonly key: string; readonly namespace: string }
  /** `before` and `after` are what is applied; undefined where it is not there or not accepted. */
  | {
      readonly what: 'Policy';
      readonly key: string;
      readonly before: CompiledPolicy | undefined;
      readonly after: CompiledPolicy | undefined;
    }
  | { readonly what: 'Configuration'; readonly namespace: string; readonly name: string }
  | { readonly what: 'Namespace'; readonly name: string }
  /** A Service by which destinations or clusterIPs are told. */
  | { readonly what: 'Service'; readonly namespace: string; readonly name: string };

/** Told of each change, in order. It only puts keys on a queue. */
export type StateListener = (change: StateChange) => void;
