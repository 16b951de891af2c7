import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ClientEntry } from '../../catalogue/client-entry.ts';
import { splitPropertyName } from '../names/property-names.ts';
import { isGap } from '../reading/gaps.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import { boundariesOf } from './entry-boundaries.ts';
import type { EntryOption } from './entry-option.ts';
import { isWithin, narrowRange, rangeOf, segmentsOf, type VersionRange } from './version-range.ts';

type Brings = ClientEntry['brings'][number];
type PropertyCondition = Brings['when'][number];

/**
 * What a framework puts on a connection of this scheme: for each version of it that is possible, the first client
 * whose conditions hold. `scheme` is undefined where no connection string shows: then only what it brings for every
 * one, or for the schemes of `clients` already found.
 */
export function findBrought(
  framework: EntryOption,
  matches: (schemes: readonly string[]) => boolean,
  settings: ContainerSettings,
  catalogue: Catalogue,
): readonly EntryOption[] {
  const found = new Map<string, EntryOption>();
  const { entry } = framework;
  const range = presumed(framework);
  const possible = entry.brings.filter((brings) => {
    const isServer = catalogue.client(brings.client)?.kind === 'Server';
    return (
      !isServer && matches(brings.schemes) && brings.when.every((condition) => holds(condition, settings))
    );
  });
  for (const segment of segmentsOf(boundariesOf(entry), range)) {
    const brings = possible.find((candidate) => isWithin(segment.version, candidate));
    const client = brings === undefined ? undefined : catalogue.client(brings.client);
    if (brings === undefined || client === undefined) continue;
    found.set(`${client.id} ${brings.version ?? ''}`, optionOf(framework, brings, client));
  }
  return [...found.values()];
}

/** Versions that hardly run any more count only where something shows a version. */
function presumed({ entry, range }: EntryOption): VersionRange {
  const isShown = range.since !== undefined || range.until !== undefined;
  return isShown || entry.presumedSince === undefined ? range : { ...range, since: entry.presumedSince };
}

function optionOf(framework: EntryOption, brings: Brings, client: ClientEntry): EntryOption {
  const { title } = framework.entry;
  const range: VersionRange = brings.version === undefined ? {} : narrowRange(rangeOf(brings.version), {});
  const assumption = brings.basis === 'Assumption' ? `${title} is taken to bring ${client.title}` : undefined;
  return {
    entry: client,
    by: `${title} brings it (${framework.by})`,
    range,
    ...(assumption === undefined ? {} : { assumption }),
  };
}

/** Whether a property that decides what a framework brings is set so; * at the end of a name for a prefix. */
function holds(condition: PropertyCondition, settings: ContainerSettings): boolean {
  const text = conditionText(condition, settings);
  if (text === undefined) return condition.absent === 'Holds';
  return condition.contains === undefined || text.includes(condition.contains);
}

function conditionText(condition: PropertyCondition, settings: ContainerSettings): string | undefined {
  const { property, naming } = condition;
  if (property.endsWith('*')) return prefixedText(property.slice(0, -1), settings);
  const given = settings.property({ parts: splitPropertyName(property), naming });
  if (given === undefined) return undefined;
  const opened = settings.context.gaps.open(settings.resolved(given.text));
  return isGap(opened) ? undefined : opened.text;
}

function prefixedText(prefix: string, settings: ContainerSettings): string | undefined {
  const given = settings.properties.all.find((candidate) => candidate.name.startsWith(prefix));
  if (given !== undefined) return given.text;
  const asVariable = prefix.replace(/[^A-Za-z0-9]/g, '_').toUpperCase();
  for (const [name, variable] of settings.variables) {
    if (name.startsWith(asVariable)) return variable.text;
  }
  return undefined;
}
