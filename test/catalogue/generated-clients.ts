import type { ClientEntry } from '../../src/catalogue/client-entry.ts';
import { clientEntrySchema } from '../../src/catalogue/client-entry.ts';

type Recognise = Partial<ClientEntry['recognise']>;

/** An entry that has recognisers and nothing else. */
export function clientThat(id: string, recognise: Recognise): ClientEntry {
  return clientEntrySchema.parse({
    id,
    title: id,
    kind: 'Driver',
    ecosystem: 'Any',
    recognise,
    confidence: 'High',
    sources: [{ url: 'https://example.com', says: 'nothing' }],
  });
}
