import type { JsonPatchOperation } from '../../src/kubernetes/cluster.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';

type Json = Record<string, unknown>;

/** JSON merge patch (RFC 7396). */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Json = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** JSON patch (RFC 6902), without `copy` and `move`, which nobody here uses. */
export function applyJsonPatch(target: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const result: unknown = structuredClone(target);
  for (const operation of operations) {
    const steps = operation.path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop() ?? '';
    const parent = steps.reduce<unknown>((at, step) => (at as Json)[step], result);
    patchOne(parent, last, operation);
  }
  return result;
}

function patchOne(parent: unknown, step: string, operation: JsonPatchOperation): void {
  if (operation.op === 'test') {
    const actual = (parent as Json)[step];
    if (JSON.stringify(actual) !== JSON.stringify(operation.value))
      throw new Error(`test failed: ${operation.path}`);
  } else if (Array.isArray(parent)) {
    const at = step === '-' ? parent.length : Number(step);
    if (operation.op === 'add') parent.splice(at, 0, operation.value);
    else if (operation.op === 'replace') parent[at] = operation.value;
    else parent.splice(at, 1);
  } else if (operation.op === 'remove') {
    delete (parent as Json)[step];
  } else {
    (parent as Json)[step] = operation.value;
  }
}

/**
 * Server-side apply, as far as our objects need it: fields that this manager applied before and no longer names
 * go, unless another manager names them too; objects merge; lists are replaced whole, except conditions (by type)
 * and owner references (by uid).
 */
export function applyFields(
  stored: KubernetesObject | undefined,
  before: KubernetesObject | undefined,
  now: KubernetesObject,
  others: readonly KubernetesObject[],
): KubernetesObject {
  const kept = before === undefined ? stored : without(stored, before, now, others);
  return merge(kept, now, '') as KubernetesObject;
}

function merge(target: unknown, fields: unknown, name: string): unknown {
  if (Array.isArray(fields)) return mergeList(Array.isArray(target) ? target : [], fields, keyOf(name));
  if (!isRecord(fields)) return fields;
  const result: Json = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) result[key] = merge(result[key], value, key);
  }
  return result;
}

function mergeList(
  target: readonly unknown[],
  fields: readonly unknown[],
  key: string | undefined,
): readonly unknown[] {
  if (key === undefined) return fields;
  const result = [...target];
  for (const item of fields) {
    const at = result.findIndex((old) => (old as Json)[key] === (item as Json)[key]);
    if (at === -1) result.push(item);
    else result[at] = merge(result[at], item, '');
  }
  return result;
}

/** What is stored, less what this manager gave up. */
function without(
  stored: unknown,
  before: unknown,
  now: unknown,
  others: readonly unknown[],
  name = '',
): unknown {
  const key = keyOf(name);
  if (Array.isArray(stored) && Array.isArray(before) && key !== undefined) {
    const names = (list: unknown, id: unknown): boolean =>
      Array.isArray(list) && list.some((item) => (item as Json)[key] === id);
    return stored.filter((item) => {
      const id = (item as Json)[key];
      return !names(before, id) || names(now, id) || others.some((other) => names(other, id));
    });
  }
  if (!isRecord(stored) || !isRecord(before)) return stored;
  const result: Json = { ...stored };
  for (const field of Object.keys(before)) {
    const elsewhere = others.flatMap((other) => (isRecord(other) && field in other ? [other[field]] : []));
    const next = isRecord(now) ? now[field] : undefined;
    if (next === undefined && elsewhere.length === 0) delete result[field];
    else result[field] = without(result[field], before[field], next, elsewhere, field);
  }
  return result;
}

function keyOf(listName: string): string | undefined {
  return { conditions: 'type', ownerReferences: 'uid' }[listName];
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
