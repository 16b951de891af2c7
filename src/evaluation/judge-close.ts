import type { NoticesClose } from '../extraction/connection-model.ts';
import type { Outcome } from './judge-silence.ts';
import type { Situation } from './situation.ts';
import type { PlacedHop } from './split-legs.ts';

/** What it means for this connection that the hop's timer runs out. */
export function outcomeOf(situation: Situation, placed: PlacedHop): Outcome {
  if (placed.hop.onExpiry !== 'Close') return 'Forgets';
  if (situation.state === 'InUse') return 'OperationLost';
  if (situation.path.direction === 'Inbound') return inboundOutcome(placed);
  const { noticesClose } = situation.connection;
  return (situation.state === 'Listening' ? WHEN_LISTENING : WHEN_POOLED)[noticesClose];
}

/**
 * A server that is waiting for a request reads its socket, so it sees a FIN. The client that must notice is the
 * far end or the proxy: each knows of a close of its own; of a close in between nobody can tell.
 */
function inboundOutcome(placed: PlacedHop): Outcome {
  return placed.isPeer || placed.hop.mode === 'Terminate' ? 'CloseNoticed' : 'CloseUnknown';
}

const WHEN_POOLED: Readonly<Record<NoticesClose, Outcome>> = {
  Always: 'CloseNoticed',
  OnBorrow: 'CloseNoticed',
  Fatal: 'CloseLost',
  Never: 'CloseLost',
  Unknown: 'CloseUnknown',
};

/** Nobody borrows a listening connection: only who reads all the time learns of the close, and reconnects. */
const WHEN_LISTENING: Readonly<Record<NoticesClose, Outcome>> = { ...WHEN_POOLED, OnBorrow: 'CloseLost' };

/** In words, what is taken for granted of a client whose error event ends the process unless it is handled. */
export function closeAssumption(situation: Situation, outcome: Outcome): string | undefined {
  return outcome === 'CloseLost' && situation.connection.noticesClose === 'Fatal'
    ? 'the error event that a close raises is taken as not handled by the application: it ends the process'
    : undefined;
}
