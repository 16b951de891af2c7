// Whether a look-up in the catalogue costs the same with ten times as many entries (npm run bench runs it).
// Prints, for each look-up, the time with the built-in number of entries and with ten times that, and the ratio.
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { ClientEntry } from '../../src/catalogue/client-entry.ts';

const LOOKUPS_PER_ROUND = 20_000;
const ROUNDS = 15;

/** Copies whose recognisers are names of their own, as other products' would be. */
function multiplied(clients: readonly ClientEntry[], times: number): readonly ClientEntry[] {
  const copies = Array.from({ length: times - 1 }, (_, i) =>
    clients.map((client) => {
      const own = (names: readonly string[]): string[] => names.map((name) => `v${i}${name}`);
      const { schemes, env, properties, images, commands, artefacts, files } = client.recognise;
      const recognise: ClientEntry['recognise'] = {
        ...client.recognise,
        schemes: own(schemes),
        env: own(env),
        properties: own(properties),
        images: own(images),
        commands: own(commands),
        artefacts: own(artefacts),
        files: own(files),
      };
      return { ...client, id: `${client.id}-${i}`, recognise };
    }),
  );
  return [...clients, ...copies.flat()];
}

const builtin = loadBuiltinCatalogue();
const names = {
  byScheme: builtin.clients.flatMap(({ recognise }) => recognise.schemes),
  byEnv: builtin.clients.flatMap(({ recognise }) => recognise.env),
  byProperty: builtin.clients.flatMap(({ recognise }) => recognise.properties),
  byImage: builtin.clients.flatMap(({ recognise }) => recognise.images),
  byCommand: builtin.clients.flatMap(({ recognise }) => recognise.commands),
  byArtefact: builtin.clients.flatMap(({ recognise }) => recognise.artefacts),
  byFile: builtin.clients.flatMap(({ recognise }) => recognise.files),
} as const;
type LookUp = keyof typeof names;

/** Nanoseconds of one look-up in one round. */
function nanoseconds(catalogue: Catalogue, lookUp: LookUp, asked: readonly string[]): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < LOOKUPS_PER_ROUND; i += 1) catalogue[lookUp](asked[i % asked.length] ?? '');
  return Number(process.hrtime.bigint() - start) / LOOKUPS_PER_ROUND;
}

const tenfold = new Catalogue(builtin.devices, multiplied(builtin.clients, 10));
console.log(`catalogue look-ups: ${builtin.clients.length} entries against ${tenfold.clients.length}`);
for (const lookUp of Object.keys(names) as LookUp[]) {
  const asked = names[lookUp].flatMap((name) => [name.replaceAll('*', 'x'), `unknown-${name}`]);
  let once = Infinity;
  let ten = Infinity;
  // Turn about, and of several rounds the quickest: what else the machine does then disturbs both alike.
  for (let round = 0; round < ROUNDS; round += 1) {
    once = Math.min(once, nanoseconds(builtin, lookUp, asked));
    ten = Math.min(ten, nanoseconds(tenfold, lookUp, asked));
  }
  console.log(
    `${lookUp.padEnd(11)} ${once.toFixed(0).padStart(6)} ns ${ten.toFixed(0).padStart(6)} ns   ratio ${(ten / once).toFixed(2)}`,
  );
}
