import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const MOST_DEPTH = 32;
const MARKS = '{}[],';

/**
 * Terms of Erlang's sys.config and advanced.config: `[{app, [{key, value}, {key, [{inner, value}]}]}].` gives
 * `app.key`. Atoms, numbers, texts and binaries; `%` begins a comment. A tuple of two whose first part is an atom
 * is a key and its value; other tuples and lists are walked for such.
 */
export const readErlang: FileReader = {
  format: 'erlang',
  matches: (name) => name === 'sys.config' || name === 'advanced.config' || name.endsWith('.sys.config'),
  read(text) {
    const entries: FlatEntry[] = [];
    const stack: Frame[] = [{ mark: '', key: '', name: undefined }];
    for (const { text: token, line, isMark } of tokensOf(text)) {
      if (entries.length >= MOST_ENTRIES) break;
      if (!isMark) take(token, line, stack, entries);
      else if (token === '{' || token === '[') {
        if (stack.length > MOST_DEPTH) return undefined;
        stack.push(open(token, stack));
      } else if (token !== ',' && stack.length > 1) stack.pop();
    }
    return entries;
  },
};

/** An open tuple or list: the key that stands before it, and the atom with which a tuple begins. */
interface Frame {
  readonly mark: string;
  readonly key: string;
  name: string | undefined;
}

function open(mark: string, stack: readonly Frame[]): Frame {
  const around = stack.at(-1);
  const isValue = around?.mark === '{' && around.name !== undefined;
  const key = isValue ? joined(around.key, around.name ?? '') : (around?.key ?? '');
  return { mark, key, name: undefined };
}

function take(text: string, line: number, stack: readonly Frame[], entries: FlatEntry[]): void {
  const frame = stack.at(-1);
  if (frame === undefined || frame.mark !== '{') return;
  if (frame.name === undefined) frame.name = text;
  else entries.push({ key: joined(frame.key, frame.name), text, line, document: 0 });
}

function joined(key: string, name: string): string {
  return key === '' ? name : `${key}.${name}`;
}

interface ErlangToken {
  readonly text: string;
  readonly line: number;
  readonly isMark: boolean;
}

function* tokensOf(text: string): Generator<ErlangToken> {
  let line = 1;
  for (let at = 0; at < text.length;) {
    const character = text[at] ?? '';
    const end = endOfToken(text, at);
    if (MARKS.includes(character)) yield { text: character, line, isMark: true };
    else if (!/[\s.%<>|]/.test(character)) {
      yield { text: text.slice(at, end).replace(/^["']|["']$/g, ''), line, isMark: false };
    }
    if (character === '\n') line += 1;
    else if (character === '"' || character === "'") line += text.slice(at, end).split('\n').length - 1;
    at = end;
  }
}

function endOfToken(text: string, at: number): number {
  const character = text[at] ?? '';
  if (character === '%') return next(text, '\n', at);
  if (character === '"' || character === "'") return next(text, character, at + 1) + 1;
  if (MARKS.includes(character) || /[\s.<>|]/.test(character)) return at + 1;
  let end = at + 1;
  while (end < text.length && !/[\s{}[\],%"'<>|]/.test(text[end] ?? '')) end += 1;
  return end;
}

function next(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found;
}
