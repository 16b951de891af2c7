import type { Word } from '../reading/read-command.ts';
import type { Given } from './given.ts';

/** What a command line gives: flags by name (`--name`, `-c name`), and JVM system properties. */
export interface Arguments {
  readonly flags: Map<string, Given>;
  readonly systemProperties: Map<string, Given>;
}

/**
 * Reads `-Dname=value`, `--name=value`, `--name value`, `-n value`, and `-c name=value`, which is known as
 * `-c name`. A flag without value is `true`. What is already there stays: command lines are read strongest first.
 */
export function readArguments(words: readonly Word[], into: Arguments): void {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined || !word.text.startsWith('-') || word.text.length < 2) continue;
    if (word.text.startsWith('-D') && word.text.length > 2) readSystemProperty(word, into);
    else readFlag(word, words[index + 1], into);
  }
}

function readSystemProperty(word: Word, into: Arguments): void {
  const { name, value } = splitPair(word.text.slice(2));
  add(into.systemProperties, name, value ?? '', word, 'SystemProperty');
}

function readFlag(word: Word, next: Word | undefined, into: Arguments): void {
  const { name, value } = splitPair(word.text);
  if (value !== undefined) {
    add(into.flags, flagName(name), value, word, 'Argument');
    return addPair(flagName(name), value, word, into);
  }
  if (next === undefined || /^-[^\d]/.test(next.text))
    return add(into.flags, flagName(name), 'true', word, 'Argument');
  add(into.flags, flagName(name), next.text, next, 'Argument');
  addPair(flagName(name), next.text, next, into);
}

function addPair(flag: string, text: string, word: Word, into: Arguments): void {
  const { name, value } = splitPair(text);
  if (value !== undefined && /^[\w.-]+$/.test(name)) {
    add(into.flags, `${flag} ${name}`, value, word, 'Argument');
  }
}

function add(
  to: Map<string, Given>,
  name: string,
  text: string,
  word: Word,
  origin: 'Argument' | 'SystemProperty',
): void {
  if (name.length > 300 || to.has(name)) return;
  to.set(name, { name, text, origin, place: { ...word.place, within: word.place.within ?? name } });
}

/** A flag as it is looked up: many programs take dashes and underscores in long flags for the same. */
export function flagName(name: string): string {
  return name.startsWith('--') && name.includes('_') ? name.replaceAll('_', '-') : name;
}

function splitPair(text: string): { name: string; value: string | undefined } {
  const equals = text.indexOf('=');
  return equals === -1
    ? { name: text, value: undefined }
    : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}
