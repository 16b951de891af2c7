import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import { type LanguageHints, languageHints } from './language-hints.ts';
import { programsOf } from './programs.ts';
import { mayBeKnownProperty } from './property-starts.ts';
import { versionIn } from './version-range.ts';

/** By what a container shows an entry, apart from connection strings. */
export type RecognisedBy = 'Environment' | 'Property' | 'Image' | 'Command' | 'Artefact' | 'File';

/** One sign of an entry in a container. */
export interface Sign {
  readonly by: RecognisedBy;
  /** What was seen, in words. */
  readonly says: string;
  /** Name of the image, artefact or program, and its version where it shows one: evidence for `versions`. */
  readonly of?: string;
  readonly version?: string;
}

/** What a container shows of the catalogue's entries. */
export interface ContainerSigns {
  readonly signs: ReadonlyMap<ClientEntry, readonly Sign[]>;
  readonly languages: LanguageHints;
}

/** Looks everything that a container was given up in the catalogue's indexes. */
export function recogniseContainer(settings: ContainerSettings, catalogue: Catalogue): ContainerSigns {
  const signs = new Map<ClientEntry, Sign[]>();
  const add = (entries: readonly ClientEntry[], sign: Sign): void => {
    for (const entry of entries) {
      const known = signs.get(entry);
      if (known === undefined) signs.set(entry, [sign]);
      else if (known.length < 20) known.push(sign);
    }
  };
  const { image } = settings.container;
  if (image !== '') add(catalogue.byImage(image), imageSign(image));
  for (const name of settings.variables.keys()) {
    add(catalogue.byEnv(name), { by: 'Environment', says: `variable ${name}` });
  }
  for (const { name } of settings.properties.all) {
    if (!mayBeKnownProperty(name, catalogue)) continue;
    add(catalogue.byProperty(name), { by: 'Property', says: `property ${name.slice(0, 120)}` });
  }
  for (const { file } of settings.files) {
    add(catalogue.byFile(file.name), { by: 'File', says: `file ${file.name}` });
  }
  const { programs, artefacts } = programsOf(settings);
  for (const program of programs) {
    const entries = new Set([
      ...catalogue.byCommand(program),
      ...catalogue.byCommand(withoutVersion(program)),
    ]);
    add([...entries], { by: 'Command', says: `program ${program}`, of: program });
  }
  for (const artefact of artefacts) {
    const version = versionOfArtefact(artefact);
    const sign: Sign = { by: 'Artefact', says: `artefact ${artefact}`, of: artefact };
    add(catalogue.byArtefact(artefact), version === undefined ? sign : { ...sign, version });
  }
  return { signs, languages: languageHints(signs) };
}

/** `python3.12` runs python. */
function withoutVersion(program: string): string {
  return program.replace(/[\d.]+$/, '');
}

function imageSign(image: string): Sign {
  const named = image.split('@', 1)[0] ?? '';
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const sign: Sign = { by: 'Image', says: `image ${image.slice(0, 200)}`, of: image };
  const version = colon === -1 ? undefined : versionIn(named.slice(colon + 1));
  return version === undefined ? sign : { ...sign, version };
}

/** `postgresql-42.7.3.jar`, `psycopg2==2.9.9`, `pg@8.11.0`. */
function versionOfArtefact(artefact: string): string | undefined {
  const start = artefact.search(/(?:[-_]v?|==|@)\d/);
  if (start === -1) return undefined;
  const text = artefact.slice(start).replace(/^[-_=@]+/, '');
  return versionIn(text.replace(/\.(?:jar|war|whl|gem|nupkg|tgz|tar\.gz|zip)$/, ''));
}
