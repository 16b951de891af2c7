import type { PatchOperation } from '../findings/finding.ts';

/**
 * What the API server is told (admission.k8s.io/v1 AdmissionResponse), still without the uid of the request:
 * that is set in one place, `envelope`.
 */
export interface AdmissionResponse {
  readonly allowed: boolean;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly patchType?: 'JSONPatch';
  /** Base64 of the JSON patch. */
  readonly patch?: string;
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
}

/** Recorded in the audit log beside the request; keys are prefixed by the API server with the webhook's name. */
type AuditAnnotations = Readonly<Record<string, string>>;

/** Let it in, and say nothing. */
export function allowed(audit?: AuditAnnotations): AdmissionResponse {
  return { allowed: true, ...auditField(audit) };
}

/** Let it in, and tell the person who applied it. */
export function warned(warnings: readonly string[], audit?: AuditAnnotations): AdmissionResponse {
  return { allowed: true, ...(warnings.length === 0 ? {} : { warnings }), ...auditField(audit) };
}

/** Refuse it. No warnings beside a refusal: the message says it all. */
export function denied(message: string, audit?: AuditAnnotations): AdmissionResponse {
  return { allowed: false, status: { code: 403, reason: 'Forbidden', message }, ...auditField(audit) };
}

/** Let it in, changed. An empty patch is no patch. */
export function patched(operations: readonly PatchOperation[], audit?: AuditAnnotations): AdmissionResponse {
  if (operations.length === 0) return allowed(audit);
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { allowed: true, patchType: 'JSONPatch', patch, ...auditField(audit) };
}

/** The request could not be judged as it stands (not our failure policy: the request is at fault, or we are). */
export function errored(code: 400 | 422 | 500 | 503, message: string): AdmissionResponse {
  const reason = { 400: 'BadRequest', 422: 'Invalid', 500: 'InternalError', 503: 'ServiceUnavailable' }[code];
  return { allowed: false, status: { code, reason, message } };
}

/** The AdmissionReview around a response. */
export function envelope(uid: string, response: AdmissionResponse): object {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, ...response } };
}

function auditField(audit: AuditAnnotations | undefined): { auditAnnotations?: AuditAnnotations } {
  return audit === undefined || Object.keys(audit).length === 0 ? {} : { auditAnnotations: audit };
}
