/** How long certificates live and how long each step of a change waits. All in seconds. */
export interface Lifetimes {
  /** Validity of an authority, from its making. */
  readonly authoritySeconds: number;
  /** Validity of a serving certificate, from its making; never longer than its authority's. */
  readonly certificateSeconds: number;
  /** Share of a validity after which renewal is due. The rest is the time in which renewal may fail unnoticed. */
  readonly renewAfterShare: number;
  /** Certificates are valid from so long before their making, for verifiers whose clock is behind. */
  readonly backdateSeconds: number;
  /**
   * How long a new authority must have been seen in every webhook configuration before anything signed by it is
   * served: the time in which every API server surely hears of a changed configuration.
   */
  readonly propagationSeconds: number;
  /** The same for the first certificate of a process, which nothing precedes: readiness waits that long. */
  readonly settleSeconds: number;
  /** How long an authority that the Secret does not name stays in a bundle: another replica may still be serving by it. */
  readonly strangerSeconds: number;
  /** Time between two looks at the cluster. */
  readonly checkSeconds: number;
  /** Least time between two certificates that this process makes only because of its own clock or options. */
  readonly reissueSeconds: number;
}

const DAY = 86_400;

/**
 * An authority for a year, renewed with four months left; a certificate for 30 days, renewed with ten left. An API
 * server hears of a changed configuration through a watch, in well under a second; five minutes also cover one that
 * has to list again.
 */
export const DEFAULT_LIFETIMES: Lifetimes = {
  authoritySeconds: 365 * DAY,
  certificateSeconds: 30 * DAY,
  renewAfterShare: 2 / 3,
  backdateSeconds: 3600,
  propagationSeconds: 300,
  settleSeconds: 2,
  strangerSeconds: 60,
  checkSeconds: 30,
  reissueSeconds: 300,
};

/** True when the validity (milliseconds since the epoch, the backdating left out) has run to the point of renewal. */
export function isRenewalDue(
  validity: { readonly notBefore: number; readonly notAfter: number },
  now: number,
  lifetimes: Lifetimes,
): boolean {
  const made = validity.notBefore + lifetimes.backdateSeconds * 1000;
  return now >= made + (validity.notAfter - made) * lifetimes.renewAfterShare;
}
