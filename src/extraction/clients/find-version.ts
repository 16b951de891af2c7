import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ClientEntry } from '../../catalogue/client-entry.ts';
import { spansOverlap } from '../../catalogue/compare-versions.ts';
import { artefactForms, imageForms } from '../../catalogue/recogniser-names.ts';
import { type Naming, splitPropertyName } from '../names/property-names.ts';
import { findForm, type LookUp } from '../settings/find-form.ts';
import type { Sign } from './recognise-container.ts';
import { ANY_VERSION, narrowRange, rangeOf, type VersionRange } from './version-range.ts';

/**
 * Which versions of an entry a container leaves possible: from the tag of its image, the version of its package,
 * what another thing's version tells of it, and names that only some versions know.
 */
export function findVersion(
  entry: ClientEntry,
  signs: ReadonlyMap<ClientEntry, readonly Sign[]>,
  lookUp: LookUp,
  catalogue: Catalogue,
): VersionRange {
  const own = (signs.get(entry) ?? [])
    .map((sign) => rangeOfSign(entry, sign))
    .find((range) => range !== undefined);
  let range = own ?? rangeOfOthers(entry, signs, catalogue) ?? ANY_VERSION;
  for (const show of entry.shows) {
    if (shows(show, lookUp)) range = narrowRange(range, show);
  }
  return range;
}

/** An image's tag or a package's version, by the entry's own table where it has one for it. */
function rangeOfSign(entry: ClientEntry, sign: Sign): VersionRange | undefined {
  if (sign.version === undefined || sign.of === undefined) return undefined;
  const forms = sign.by === 'Image' ? imageForms(sign.of) : artefactForms(sign.of);
  const table = entry.versions.filter((row) => forms.includes(row.of.toLowerCase()));
  if (table.length === 0) return rangeOf(sign.version);
  return meant(table, rangeOf(sign.version));
}

/** What the version of another entry (a framework that brings it) tells. */
function rangeOfOthers(
  entry: ClientEntry,
  signs: ReadonlyMap<ClientEntry, readonly Sign[]>,
  catalogue: Catalogue,
): VersionRange | undefined {
  for (const row of entry.versions) {
    const other = catalogue.client(row.of);
    if (other === undefined || other === entry) continue;
    const shown = (signs.get(other) ?? []).find((sign) => sign.version !== undefined);
    if (shown?.version === undefined) continue;
    const range = meant([row], rangeOf(shown.version));
    if (range !== undefined) return range;
  }
  return undefined;
}

function meant(table: ClientEntry['versions'], version: VersionRange): VersionRange | undefined {
  const row = table.find((candidate) => spansOverlap(candidate, version));
  if (row === undefined) return undefined;
  return row.means === undefined ? narrowRange(version, row) : rangeOf(row.means);
}

/** Whether a name that only some versions know is given. */
function shows(show: ClientEntry['shows'][number], lookUp: LookUp): boolean {
  if (show.env !== undefined) return hasVariable(show.env, lookUp);
  if (show.urlParameter !== undefined) {
    return findForm({ urlParameter: show.urlParameter, naming: 'Exact' }, lookUp) !== undefined;
  }
  return show.property !== undefined && hasProperty(show.property, show.naming, lookUp);
}

function hasProperty(pattern: string, naming: Naming, lookUp: LookUp): boolean {
  const { settings } = lookUp;
  if (!pattern.endsWith('*'))
    return settings.property({ parts: splitPropertyName(pattern), naming }) !== undefined;
  const prefix = pattern.slice(0, -1);
  const asVariable = prefix.replace(/[^A-Za-z0-9]/g, '_').toUpperCase();
  return (
    settings.properties.all.some((given) => given.name.startsWith(prefix)) ||
    (naming !== 'Exact' && hasVariable(`${asVariable}*`, lookUp))
  );
}

function hasVariable(pattern: string, { settings }: LookUp): boolean {
  if (!pattern.endsWith('*')) return settings.variable(pattern) !== undefined;
  const prefix = pattern.slice(0, -1);
  return settings.variables.keys().some((name) => name.startsWith(prefix));
}
