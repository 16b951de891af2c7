import type { FaultCode } from '../faults/fault.ts';
import type { ApiHeaders } from './api-transport.ts';
import { Fault } from '../faults/fault.ts';

/** The most of a server's own words that goes into a message. */
const MAX_SERVER_WORDS = 512;

/** What the API server says when it refuses (meta/v1 Status); the part that we read, as far as it is there. */
export interface ApiStatus {
  readonly code: number | undefined;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** The reasons of `details.causes`, and the fields that they name. */
  readonly causes: readonly string[];
  readonly fields: readonly string[];
}

/** Reads a Status out of whatever came; what is not there, or not of the right type, is undefined. */
export function readStatus(body: unknown): ApiStatus {
  const status = record(body);
  const details = record(status['details']);
  const causes: readonly unknown[] = Array.isArray(details['causes']) ? details['causes'].slice(0, 16) : [];
  const retryAfter = details['retryAfterSeconds'];
  return {
    code: typeof status['code'] === 'number' ? status['code'] : undefined,
    reason: text(status['reason']),
    message: text(status['message']),
    retryAfterMs: typeof retryAfter === 'number' && retryAfter > 0 ? retryAfter * 1000 : undefined,
    causes: causes.flatMap((cause) => text(record(cause)['reason']) ?? []),
    fields: causes.flatMap((cause) => text(record(cause)['field']) ?? []),
  };
}

/** The fault for an answer that is a refusal. `what` says what was asked, such as `GET /api/v1/pods`. */
export function refusal(
  what: string,
  status: number,
  headers: ApiHeaders,
  body: Buffer,
  wallMs: number,
): Fault {
  const said = readStatus(parseQuietly(body));
  return faultOf(what, status, said, said.retryAfterMs ?? retryAfterMs(headers['retry-after'], wallMs));
}

/** The fault for a Status that came inside a watch. */
export function streamedRefusal(what: string, body: unknown): Fault {
  const said = readStatus(body);
  return faultOf(what, said.code ?? 500, said, said.retryAfterMs);
}

function faultOf(what: string, status: number, said: ApiStatus, retryAfter: number | undefined): Fault {
  const code = faultCode(status, said, retryAfter);
  const words = said.message === undefined ? '' : `: ${said.message.slice(0, MAX_SERVER_WORDS)}`;
  const reason = said.reason === undefined ? '' : ` ${said.reason}`;
  return new Fault(code, `${what}: ${status}${reason}${words}`, {
    retryAfterMs: retryAfter,
    // To make what exists already fails the same way each time; to change what somebody else changed does not.
    ...(said.reason === 'AlreadyExists' ? { retryable: false } : {}),
  });
}

const CODES: ReadonlyMap<number, FaultCode> = new Map([
  [401, 'ApiUnauthenticated'],
  [403, 'ApiForbidden'],
  [404, 'ApiNotFound'],
  [409, 'ApiConflict'],
  [410, 'ApiGone'],
  [429, 'ApiThrottled'],
]);

function faultCode(status: number, said: ApiStatus, retryAfter: number | undefined): FaultCode {
  if (isGone(said)) return 'ApiGone';
  // To apply with the uid of an object that has been made anew is called invalid; what it is, is a conflict.
  if (status === 422 && said.fields.includes('metadata.uid')) return 'ApiConflict';
  if (status === 503 && retryAfter !== undefined) return 'ApiThrottled';
  return CODES.get(status) ?? (status >= 400 && status < 500 ? 'ApiInvalid' : 'ApiFailed');
}

function isGone({ reason, causes }: ApiStatus): boolean {
  // The latter: the server has never been where we are. Its data was restored from a backup; its history is not ours.
  return reason === 'Expired' || reason === 'Gone' || causes.includes('ResourceVersionTooLarge');
}

/** The Retry-After header (RFC 9110 §10.2.3), in seconds or as a date, as milliseconds from now. */
export function retryAfterMs(header: string | undefined, wallMs: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\s*(\d{1,9})\s*$/.exec(header)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMs);
}

function parseQuietly(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
