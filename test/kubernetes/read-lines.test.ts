import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Line } from '../../src/kubernetes/read-lines.ts';
import { LineReader } from '../../src/kubernetes/read-lines.ts';

function read(chunks: readonly Buffer[], maxBytes = 1000): readonly Line[] {
  const reader = new LineReader(maxBytes);
  const lines = chunks.flatMap((chunk) => [...reader.push(chunk)]);
  const rest = reader.end();
  return rest === undefined ? lines : [...lines, rest];
}

describe('lines', () => {
  test('are the same however the bytes were cut', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')));
    fc.assert(
      fc.property(text, fc.array(fc.nat(200)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(read(chunks, 100_000)).toEqual(
          lines.filter((line) => line !== '').map((line) => ({ text: line })),
        );
      }),
    );
  });

  test('a line may have the most bytes, and not one more, in one piece or in several', () => {
    expect(read([Buffer.from(`${'x'.repeat(10)}\n`)], 10)).toEqual([{ text: 'x'.repeat(10) }]);
    expect(read([Buffer.from(`${'x'.repeat(11)}\n`)], 10)).toEqual([{ trouble: 'TooLong' }]);
    expect(read([Buffer.from('xxxxxx'), Buffer.from('xxxxx')], 10)).toEqual([{ trouble: 'TooLong' }]);
  });

  test('after trouble comes nothing more', () => {
    expect(read([Buffer.from('ok\n\xff\nlost\n', 'latin1'), Buffer.from('lost\n')])).toEqual([
      { text: 'ok' },
      { trouble: 'NotUtf8' },
    ]);
  });

  test('what has no end was cut', () => {
    expect(read([Buffer.from('ok\nhal')])).toEqual([{ text: 'ok' }, { trouble: 'Cut' }]);
    expect(read([Buffer.from('ok\n')])).toEqual([{ text: 'ok' }]);
    expect(read([])).toEqual([]);
  });

  test('a byte order mark is not taken away in secret', () => {
    expect(read([Buffer.from('\uFEFF{}\n')])).toEqual([{ text: '\uFEFF{}' }]);
  });
});
