import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { ClientEntry } from '../../src/catalogue/client-entry.ts';
import { clientThat } from './generated-clients.ts';

/*
 * The indexes against the plainest thing that could find the same: every entry, every pattern, one after the other.
 * The scan is written from the words of the format, not from the index.
 */

type Scan = (client: ClientEntry, name: string) => boolean;

/** `a*` is a prefix, everything else the whole name. */
function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function lastParts(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, i) => parts.slice(i).join('/'));
}

function withoutTag(image: string): string {
  const named = image.toLowerCase().replace(/@.*$/, '');
  return named.replace(/:[^/]*$/, '');
}

/** A pattern of parts as a regular expression: `.*.` one part, `*` at the end the rest. Test names hold no others. */
function propertyMatches(pattern: string, name: string): boolean {
  const escaped = pattern
    .replace(/\*$/, '§')
    .replace(/[.\-_]/g, '\\$&')
    .replace(/\*/g, '[^.]+')
    .replace('§', '.*');
  return new RegExp(`^${escaped}$`).test(name);
}

const relaxed = (name: string): string => name.toLowerCase().replace(/[-_]/g, '');

const SCANS: Readonly<
  Record<'byScheme' | 'byEnv' | 'byProperty' | 'byImage' | 'byCommand' | 'byFile' | 'byHost', Scan>
> = {
  byScheme: ({ recognise }, name) =>
    recognise.schemes.some((pattern) =>
      name
        .split(':')
        .map((_, i, parts) => parts.slice(0, i + 1).join(':'))
        .some((start) => matches(pattern, start)),
    ),
  byEnv: ({ recognise }, name) => recognise.env.some((pattern) => matches(pattern, name)),
  byProperty: ({ recognise }, name) =>
    recognise.properties.some((pattern) =>
      recognise.naming === 'Spring'
        ? propertyMatches(relaxed(pattern), relaxed(name))
        : propertyMatches(pattern, name),
    ),
  byImage: ({ recognise }, name) =>
    recognise.images.some((pattern) => lastParts(withoutTag(name)).some((part) => matches(pattern, part))),
  byCommand: ({ recognise }, name) =>
    recognise.commands.some((pattern) => matches(pattern, lastParts(name).at(-1) ?? '')),
  byFile: ({ recognise }, name) =>
    recognise.files.some((pattern) => matches(pattern, lastParts(name).at(-1) ?? '')),
  byHost: ({ recognise }, name) => recognise.hosts.some((end) => `.${name}`.endsWith(end)),
};

const word = fc.stringMatching(/^[a-c]{1,3}$/);
const some = fc.array(fc.tuple(word, word, word), { minLength: 0, maxLength: 4 });
/** Few letters, so that patterns and names meet often. */
const star = fc.constantFrom('', '*');

const recognise = fc
  .record({
    schemes: some,
    env: some,
    properties: some,
    images: some,
    commands: some,
    files: some,
    hosts: some,
    star,
    naming: fc.constantFrom<('Exact' | 'Spring')[]>('Exact', 'Spring'),
  })
  .map((drawn) => ({
    schemes: drawn.schemes.map(([a, b, c]) => (c < 'b' ? `${a}:${b}` : a) + drawn.star),
    env: drawn.env.map(([a, b]) => `${a}_${b}${drawn.star}`),
    properties: drawn.properties.map(([a, b, c]) =>
      c < 'b' ? `${a}.*.${b}${drawn.star}` : `${a}.${b}${drawn.star}`,
    ),
    images: drawn.images.map(([a, b, c]) => (c < 'b' ? `${a}/${b}` : a) + drawn.star),
    commands: drawn.commands.map(([a]) => a + drawn.star),
    files: drawn.files.map(([a, b]) => `${a}.${b}${drawn.star}`),
    hosts: drawn.hosts.map(([a, b]) => `.${a}.${b}`),
    naming: drawn.naming,
  }));

const NAMES: Readonly<Record<keyof typeof SCANS, (a: string, b: string, c: string) => string[]>> = {
  byScheme: (a, b, c) => [a, `${a}:${b}`, `${a}:${b}:${c}`],
  byEnv: (a, b, c) => [`${a}_${b}`, `${a}_${b}${c}`, `${a}_${b}_${c}`],
  byProperty: (a, b, c) => [`${a}.${b}`, `${a}.${b}.${c}`, `${a}.${b}.${c}.${a}`, `${a}.${b}-${c}`],
  byImage: (a, b, c) => [a, `${a}/${b}`, `${c}/${a}/${b}:${c}`, `${c}:5000/${a}${b}@sha256:${c}`],
  byCommand: (a, b, c) => [a, `/${b}/${a}${c}`],
  byFile: (a, b, c) => [`${a}.${b}`, `/${c}/${a}.${b}${c}`],
  byHost: (a, b, c) => [`${a}.${b}`, `${c}.${a}.${b}`, `${c}${a}.${b}`],
};

describe('an index finds what a scan finds', () => {
  test.each(Object.keys(SCANS) as (keyof typeof SCANS)[])('%s, generated entries', (lookUp) => {
    fc.assert(
      fc.property(fc.array(recognise, { maxLength: 8 }), word, word, word, (drawn, a, b, c) => {
        const clients = drawn.map((one, i) => clientThat(`client-${i}`, one));
        const catalogue = new Catalogue([], clients);
        for (const name of NAMES[lookUp](a, b, c)) {
          const found = catalogue[lookUp](name).map(({ id }) => id);
          const scanned = clients.filter((client) => SCANS[lookUp](client, name)).map(({ id }) => id);
          // A Spring property can be given in the environment too, which the plain scan does not know.
          if (lookUp === 'byEnv') expect(found).toEqual(expect.arrayContaining(scanned));
          else expect(found).toEqual(scanned);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('every recogniser of every built-in entry finds its entry', () => {
    const catalogue = loadBuiltinCatalogue();
    const missed: string[] = [];
    const expectFound = (what: string, client: ClientEntry, found: readonly ClientEntry[]): void => {
      if (!found.includes(client)) missed.push(`${client.id}: ${what}`);
    };
    const example = (pattern: string): string => pattern.replace(/\*$/, 'x').replaceAll('.*.', '.any.');
    for (const client of catalogue.clients) {
      const { schemes, env, properties, images, commands, artefacts, files, hosts, strings } =
        client.recognise;
      for (const name of schemes) expectFound(name, client, catalogue.byScheme(`${example(name)}://`));
      for (const name of env) expectFound(name, client, catalogue.byEnv(example(name)));
      for (const name of properties) expectFound(name, client, catalogue.byProperty(example(name)));
      for (const name of images)
        expectFound(name, client, catalogue.byImage(`reg:5000/m/${example(name)}:1.2@sha256:0`));
      for (const name of commands)
        expectFound(name, client, catalogue.byCommand(`/usr/bin/${example(name)}`));
      for (const name of artefacts) expectFound(name, client, catalogue.byArtefact(`/lib/${example(name)}`));
      for (const name of files) expectFound(name, client, catalogue.byFile(`/etc/${example(name)}`));
      for (const name of hosts) expectFound(name, client, catalogue.byHost(`db${name}`));
      for (const { syntax } of strings) expectFound(syntax, client, catalogue.byStringSyntax(syntax));
    }
    expect(missed).toEqual([]);
  });
});
