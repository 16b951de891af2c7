import type { Palette } from '../report/check-text.ts';

const plain = (text: string): string => text;

/** ANSI colours (ECMA-48), or none. */
export function paletteFor(colour: boolean): Palette {
  if (!colour) return { bad: plain, warn: plain, good: plain, dim: plain, bold: plain };
  const code = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
  return { bad: code(31, 39), warn: code(33, 39), good: code(32, 39), dim: code(2, 22), bold: code(1, 22) };
}
