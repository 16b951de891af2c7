import type { Catalogue } from '../../catalogue/catalogue.ts';

/** How the names of known properties begin: whole first parts, and beginnings that end in the midst of one. */
interface PropertyStarts {
  readonly parts: ReadonlySet<string>;
  readonly beginnings: readonly string[];
}

const known = new WeakMap<Catalogue, PropertyStarts>();

/**
 * Whether a name begins as a property that some entry is recognised by: enough to leave out, at little cost, the
 * thousands of other names that a file may hold.
 */
export function mayBeKnownProperty(name: string, catalogue: Catalogue): boolean {
  const starts = known.get(catalogue) ?? startsOf(catalogue);
  known.set(catalogue, starts);
  const dot = name.indexOf('.');
  const first = relaxed(dot === -1 ? name : name.slice(0, dot));
  return starts.parts.has(first) || starts.beginnings.some((beginning) => first.startsWith(beginning));
}

function startsOf(catalogue: Catalogue): PropertyStarts {
  const parts = new Set<string>();
  const beginnings = new Set<string>();
  for (const pattern of catalogue.clients.flatMap((client) => client.recognise.properties)) {
    const first = pattern.split('.', 1)[0] ?? '';
    const star = first.indexOf('*');
    if (star === -1) parts.add(relaxed(first));
    else beginnings.add(relaxed(first.slice(0, star)));
  }
  return { parts, beginnings: [...beginnings] };
}

function relaxed(part: string): string {
  return part.replace(/[-_]/g, '').toLowerCase();
}
