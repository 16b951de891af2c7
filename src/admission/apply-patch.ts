import type { PatchOperation } from '../findings/finding.ts';

/**
 * Applies JSON patch operations of our own making (add and replace along paths that exist but for the last part) to a
 * copy of an object: what the API server will store.
 */
export function applyPatch(object: unknown, operations: readonly PatchOperation[]): unknown {
  const copy: unknown = structuredClone(object);
  for (const { op, path, value } of operations) {
    const parts = path
      .slice(1)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = parts.pop() ?? '';
    let parent = copy as Record<string, unknown>;
    for (const part of parts) parent = parent[part] as Record<string, unknown>;
    if (Array.isArray(parent) && last === '-') parent.push(value);
    else if (op === 'remove') delete parent[last];
    else parent[last] = value;
  }
  return copy;
}
