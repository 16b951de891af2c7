import { findSubject } from '../extraction/extract-workload.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { ReviewRequest } from './parse-review.ts';
import { allowed, errored, type AdmissionResponse } from './response.ts';
import { changesAnythingRelevant } from './relevant-change.ts';

/** What a review is about, or the answer that it gets without being judged. */
export type ReviewSubject =
  | { readonly subject: WorkloadSubject; readonly object: Record<string, unknown> }
  | { readonly answer: AdmissionResponse };

/**
 * Finds the workload in a review. Not judged: what is being deleted, subresources, namespaces that are spared, kinds
 * without a pod template, updates that change nothing relevant. A kind that contradicts its object is refused: it would let
 * a crafted review be judged as something that it is not.
 */
export function reviewSubject(request: ReviewRequest, spared: ReadonlySet<string>): ReviewSubject {
  const { object, operation } = request;
  if (operation === 'DELETE' || operation === 'CONNECT' || request.subResource !== '') {
    return { answer: allowed() };
  }
  if (object === null) return { answer: errored(400, `a ${operation} review must have an object`) };
  const contradiction = contradictionIn(request, object);
  if (contradiction !== undefined) return { answer: errored(400, contradiction) };
  const subject = spared.has(request.namespace) ? undefined : subjectIn(request, object);
  if (subject === undefined || isIrrelevantUpdate(request, subject)) return { answer: allowed() };
  return { subject, object };
}

function isIrrelevantUpdate(request: ReviewRequest, subject: WorkloadSubject): boolean {
  if (request.operation !== 'UPDATE' || request.oldObject === null) return false;
  const before = subjectIn(request, request.oldObject);
  return before !== undefined && !changesAnythingRelevant(before, subject);
}

function contradictionIn(request: ReviewRequest, object: Record<string, unknown>): string | undefined {
  const { group, version, kind } = request.kind;
  if (object['kind'] !== kind) return `request.kind is ${kind}, but the object is a ${show(object['kind'])}`;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return object['apiVersion'] === apiVersion
    ? undefined
    : `request.kind is of ${apiVersion}, but the object is of ${show(object['apiVersion'])}`;
}

/** What came as text, cut; of anything else only what it is: it may hold a `toString` of its own. */
function show(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 60)}'` : typeof value;
}

/** An object under creation may lack namespace and name: the request knows the one, generateName stands for the other. */
function subjectIn(request: ReviewRequest, object: Record<string, unknown>): WorkloadSubject | undefined {
  const subject = findSubject(object);
  if (subject === undefined) return undefined;
  const name = subject.name === '' ? generatedName(request, object) : subject.name;
  return { ...subject, namespace: request.namespace, name };
}

function generatedName(request: ReviewRequest, object: Record<string, unknown>): string {
  const metadata = object['metadata'] as { generateName?: unknown } | undefined;
  if (request.name !== '') return request.name;
  return typeof metadata?.generateName === 'string' ? `${metadata.generateName}*` : '*';
}
