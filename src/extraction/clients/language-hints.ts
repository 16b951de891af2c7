import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { Sign } from './recognise-container.ts';

/** The languages that a container shows, each with the sign that shows it. Empty: nothing shows it. */
export type LanguageHints = ReadonlyMap<ClientEntry['ecosystem'], string>;

/**
 * What of the language the recognised entries of a container show: a runtime or a framework by any sign, any other
 * entry by a sign of its own. A variable may be read by clients of several languages and tells nothing.
 */
export function languageHints(signs: ReadonlyMap<ClientEntry, readonly Sign[]>): LanguageHints {
  const hints = new Map<ClientEntry['ecosystem'], string>();
  for (const [entry, shown] of signs) {
    const { ecosystem } = entry;
    if (ecosystem === 'Any' || ecosystem === 'Native' || hints.has(ecosystem)) continue;
    const sign = shown.find(({ by }) => isOwn(entry, by));
    if (sign !== undefined) hints.set(ecosystem, sign.says);
  }
  return hints;
}

function isOwn(entry: ClientEntry, by: Sign['by']): boolean {
  if (by === 'Artefact' || by === 'Property' || by === 'Command') return true;
  return entry.kind === 'Runtime' || entry.kind === 'Framework';
}
