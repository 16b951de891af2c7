import builtin from './builtin-catalogue.gen.json' with { type: 'json' };
import { Catalogue } from './catalogue.ts';
import type { ClientEntry } from './client-entry.ts';
import type { DeviceEntry } from './device-entry.ts';

let loaded: Catalogue | undefined;

/**
 * The devices and clients that come with Pathkeeper, from the file that `npm run generate:catalogue` makes of the
 * folders devices/ and clients/. They were checked when it was made, so that no schema is loaded here.
 * Read when first asked, and once.
 */
export function loadBuiltinCatalogue(): Catalogue {
  loaded ??= new Catalogue(
    JSON.parse(builtin.devices) as DeviceEntry[],
    JSON.parse(builtin.clients) as ClientEntry[],
  );
  return loaded;
}
