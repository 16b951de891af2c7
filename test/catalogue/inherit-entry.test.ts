import { describe, expect, test } from '@jest/globals';
import { clientEntrySchema } from '../../src/catalogue/client-entry.ts';
import { inheritEntry } from '../../src/catalogue/inherit-entry.ts';

const source = { url: 'https://example.org/doc', says: 'It is so.' };

const library = clientEntrySchema.parse({
  id: 'library',
  title: 'A library',
  kind: 'Driver',
  ecosystem: 'Native',
  recognise: { commands: ['tool'] },
  settings: [
    { name: 'idle', type: 'Duration', unit: 'Seconds', defaults: [{ value: '0' }] },
    { name: 'timeout', type: 'Duration', unit: 'Seconds' },
  ],
  keepAlive: { enabled: 'Always', time: { setting: 'idle' } },
  noticesClose: [{ value: 'Never' }],
  listens: 'Sometimes',
  closing: 'RoundTrip',
  caveats: ['Mind the gap.'],
  confidence: 'High',
  sources: [source],
});

function binding(extra: object) {
  return clientEntrySchema.parse({
    id: 'binding',
    title: 'A binding',
    kind: 'Driver',
    ecosystem: 'Python',
    recognise: { schemes: ['library'] },
    like: 'library',
    confidence: 'Medium',
    sources: [source],
    ...extra,
  });
}

describe('a client that stands on another', () => {
  test('behaves as the other where it says nothing', () => {
    const whole = inheritEntry(binding({}), library);
    expect(whole.keepAlive).toEqual(library.keepAlive);
    expect(whole.settings).toEqual(library.settings);
    expect(whole.noticesClose).toEqual(library.noticesClose);
    expect([whole.listens, whole.closing]).toEqual(['Sometimes', 'RoundTrip']);
    expect(whole.caveats).toEqual(['Mind the gap.']);
  });

  test('keeps who it is and how it is recognised', () => {
    const whole = inheritEntry(binding({}), library);
    expect([whole.id, whole.ecosystem, whole.confidence]).toEqual(['binding', 'Python', 'Medium']);
    expect(whole.recognise.commands).toEqual([]);
    expect('like' in whole).toBe(false);
  });

  test('has the last word where it says something, setting by setting', () => {
    const whole = inheritEntry(
      binding({
        settings: [{ name: 'idle', type: 'Duration', unit: 'Minutes', defaults: [{ value: '5' }] }],
        noticesClose: [{ value: 'OnBorrow' }],
      }),
      library,
    );
    expect(whole.settings.map((setting) => [setting.name, setting.unit])).toEqual([
      ['idle', 'Minutes'],
      ['timeout', 'Seconds'],
    ]);
    expect(whole.noticesClose).toEqual([{ value: 'OnBorrow', when: [] }]);
    expect(whole.keepAlive).toEqual(library.keepAlive);
  });
});
