/** A request for admission, reduced to what is read, each part checked. */
export interface ReviewRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly subResource: string;
  readonly namespace: string;
  readonly name: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly dryRun: boolean;
  /** Null for DELETE. */
  readonly object: Record<string, unknown> | null;
  /** Null for CREATE. */
  readonly oldObject: Record<string, unknown> | null;
}

/** A body that is no review we can answer: HTTP 400 with this text. */
export interface NotAReview {
  readonly problem: string;
}

/** Deeper than any object of the Kubernetes API, shallower than what exhausts a stack in recursive code. */
const DEEPEST = 256;

const OPERATIONS: readonly string[] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

/**
 * Reads an AdmissionReview (admission.k8s.io/v1). Everything in it is hostile: any pod can reach the webhook.
 * The text is checked for depth before it is parsed, so that nothing downstream need fear for its stack.
 */
export function parseReview(text: string): ReviewRequest | NotAReview {
  if (deeperThan(text, DEEPEST)) return { problem: `the body is nested deeper than ${DEEPEST} levels` };
  let review: unknown;
  try {
    review = JSON.parse(text);
  } catch {
    return { problem: 'the body is not JSON' };
  }
  if (!isRecord(review) || review['kind'] !== 'AdmissionReview')
    return { problem: 'the body is no AdmissionReview' };
  if (review['apiVersion'] !== 'admission.k8s.io/v1') {
    return { problem: `apiVersion must be admission.k8s.io/v1, not ${show(review['apiVersion'])}` };
  }
  const request = review['request'];
  return isRecord(request) ? readRequest(request) : { problem: 'the review has no request' };
}

function readRequest(request: Record<string, unknown>): ReviewRequest | NotAReview {
  const uid = textOf(request['uid']);
  if (uid === '' || uid.length > 128) return { problem: 'request.uid must be a text of 1 to 128 characters' };
  const operation = request['operation'];
  if (typeof operation !== 'string' || !OPERATIONS.includes(operation)) {
    return { problem: `request.operation must be one of ${OPERATIONS.join(', ')}` };
  }
  const kind = request['kind'];
  if (!isRecord(kind) || textOf(kind['kind']) === '') return { problem: 'request.kind must name a kind' };
  return {
    uid,
    operation: operation as ReviewRequest['operation'],
    kind: { group: textOf(kind['group']), version: textOf(kind['version']), kind: textOf(kind['kind']) },
    subResource: textOf(request['subResource']),
    namespace: textOf(request['namespace']),
    name: textOf(request['name']),
    dryRun: request['dryRun'] === true,
    object: isRecord(request['object']) ? request['object'] : null,
    oldObject: isRecord(request['oldObject']) ? request['oldObject'] : null,
  };
}

/**
 * Whether braces and brackets outside of strings nest deeper than `limit`. One pass, no recursion: JSON.parse itself
 * recurses, and so does most of what is done to its result.
 */
function deeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    if (depth > limit) return true;
  }
  return false;
}

/** Index of the quote that ends the string which begins at `start`; the text's end where none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 60)}'` : typeof value;
}
