import { parameterOf } from '../strings/connection-string.ts';
import type { FoundText, LookUp } from './find-form.ts';

/**
 * A parameter that a PostgreSQL client asks the server for when it connects: `-c name=value` or `--name=value` in
 * the connection parameter `options` or in PGOPTIONS (PostgreSQL documentation, "options"). The string wins.
 */
export function sessionOption(name: string, { settings, seed }: LookUp): FoundText | undefined {
  const string = seed?.string;
  const options = string === undefined ? undefined : parameterOf(string, 'options');
  const inString = options === undefined ? undefined : optionValue(options, name);
  if (inString !== undefined && seed?.given !== undefined) {
    return { text: inString, place: { ...seed.given.place, within: name }, secret: seed.secret };
  }
  const variable = settings.variable('PGOPTIONS');
  const text = variable === undefined ? undefined : optionValue(variable.text, name);
  if (variable === undefined || text === undefined) return undefined;
  return { text, place: { ...variable.place, within: name }, secret: false };
}

function optionValue(options: string, name: string): string | undefined {
  for (const word of options.split(/\s+/, 200)) {
    const pair = word.replace(/^(?:-c|--)/, '');
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).replaceAll('-', '_') === name) return pair.slice(equals + 1);
  }
  return undefined;
}
