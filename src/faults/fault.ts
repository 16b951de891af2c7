/**
 * Every kind of trouble of our own, in one table: what it is called, what it means, and whether trying the
 * same thing again can help. A room that needs a new kind adds a row here.
 */
const FAULTS = {
  ApiAborted: { meaning: 'the caller gave up the call to the Kubernetes API', retryable: false },
  ApiAnswerMalformed: { meaning: 'the Kubernetes API gave an answer that cannot be read', retryable: true },
  ApiAnswerTooLarge: { meaning: 'the answer of the Kubernetes API is above its bound', retryable: false },
  ApiConflict: { meaning: 'somebody else changed the object in the meantime', retryable: true },
  ApiFailed: { meaning: 'the Kubernetes API failed to answer', retryable: true },
  ApiForbidden: { meaning: 'the Kubernetes API forbids it', retryable: false },
  ApiGone: { meaning: 'the Kubernetes API no longer has that version or that page', retryable: true },
  ApiInvalid: { meaning: 'the Kubernetes API refuses the request as invalid', retryable: false },
  ApiNotFound: { meaning: 'the Kubernetes API has no such object or resource', retryable: false },
  ApiRedirected: {
    meaning: 'the Kubernetes API answered with a redirect, which is not followed',
    retryable: false,
  },
  ApiThrottled: { meaning: 'the Kubernetes API asks us to wait', retryable: true },
  ApiTimedOut: { meaning: 'the Kubernetes API did not answer in time', retryable: true },
  ApiUnauthenticated: { meaning: 'the Kubernetes API does not accept our credentials', retryable: true },
  ApiUnreachable: { meaning: 'the Kubernetes API cannot be reached', retryable: true },
  CertificateUnusable: { meaning: 'a certificate or its key cannot be used', retryable: true },
  CredentialsUnusable: { meaning: 'the credentials for the Kubernetes API cannot be read', retryable: true },
  KubeconfigUnusable: { meaning: 'the kubeconfig cannot be used', retryable: false },
  LeaseLost: { meaning: 'another replica is the writer now', retryable: false },
} as const satisfies Record<string, { meaning: string; retryable: boolean }>;

export type FaultCode = keyof typeof FAULTS;

/** All codes, for metrics that start at zero and for the page that lists them. */
export const FAULT_CODES = Object.keys(FAULTS) as readonly FaultCode[];

export interface FaultDetails {
  /** What caused it; kept for {@link renderFault}. */
  readonly cause?: unknown;
  /** Overrides the table, where the one who raises it knows better. */
  readonly retryable?: boolean;
  /** The least time to wait before trying again, in milliseconds, when the other side named one. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * Our own trouble, as opposed to a finding about the user's configuration (never thrown) and to a fact that
 * could not be learned (a value). It has a code from one table, keeps its cause, and knows whether a retry
 * can help.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: FaultCode, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retryable = details.retryable ?? FAULTS[code].retryable;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** What a code means, as half a sentence. */
export function faultMeaning(code: FaultCode): string {
  return FAULTS[code].meaning;
}

/** Whether it is a fault with one of these codes (with none given: any fault). */
export function isFault(error: unknown, ...codes: readonly FaultCode[]): error is Fault {
  return error instanceof Fault && (codes.length === 0 || codes.includes(error.code));
}
