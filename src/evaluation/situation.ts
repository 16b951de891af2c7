import type { ConnectionModel } from '../extraction/connection-model.ts';
import type { ConnectionState } from '../findings/verdict.ts';
import type { PathModel, WorkloadCircumstances } from './path-model.ts';
import type { Leg, PlacedHop } from './split-legs.ts';

/** What is being judged: one connection on one path, in one state. */
export interface Situation {
  readonly connection: ConnectionModel;
  readonly path: PathModel;
  readonly circumstances: WorkloadCircumstances;
  readonly state: ConnectionState;
  readonly legs: readonly Leg[];
  /** Every hop, and the far end's own limit, that acts in this state. */
  readonly placed: readonly PlacedHop[];
}
