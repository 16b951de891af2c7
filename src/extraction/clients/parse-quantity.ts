import type { ClientSetting } from '../../catalogue/client-setting.ts';

type Unit = NonNullable<ClientSetting['unit']>;
type Suffixes = ClientSetting['suffixes'];

const SECONDS: Readonly<Record<Exclude<Unit, 'Milliseconds'>, number>> = {
  Seconds: 1,
  Minutes: 60,
  Hours: 3600,
  Days: 86_400,
};

/** Suffixes in lower case; `m` is minutes, as everywhere but in dates. */
const SUFFIX_SECONDS = new Map([
  ['ns', 1e-9],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['ms', 0.001],
  ['msec', 0.001],
  ['millis', 0.001],
  ['milliseconds', 0.001],
  ['s', 1],
  ['sec', 1],
  ['secs', 1],
  ['second', 1],
  ['seconds', 1],
  ['m', 60],
  ['min', 60],
  ['mins', 60],
  ['minute', 60],
  ['minutes', 60],
  ['h', 3600],
  ['hr', 3600],
  ['hour', 3600],
  ['hours', 3600],
  ['d', 86_400],
  ['day', 86_400],
  ['days', 86_400],
]);

/** A number of a unit in seconds. */
export function toSeconds(amount: number, unit: Unit | undefined): number {
  return unit === 'Milliseconds' ? amount / 1000 : amount * SECONDS[unit ?? 'Seconds'];
}

/** Seconds as a number of a unit, to the millionth, so that there and back is the same. */
export function fromSeconds(seconds: number, unit: Unit | undefined): number {
  const amount = unit === 'Milliseconds' ? seconds * 1000 : seconds / SECONDS[unit ?? 'Seconds'];
  return Math.round(amount * 1e6) / 1e6;
}

/** A bare number, or undefined. Thousands separators and exponents are none. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

/**
 * A duration in seconds: a bare number in the unit, or with suffixes as far as the setting understands them:
 * `Simple` one number and suffix (`4m`, `30 s`, `500ms`), `Go` several (`1h30m`), `Iso8601` (`PT4M`), `Any` all of
 * them and `hh:mm:ss` (.NET). Undefined for anything else.
 */
export function parseDuration(text: string, unit: Unit | undefined, suffixes: Suffixes): number | undefined {
  const trimmed = text.trim();
  const bare = parseNumber(trimmed);
  if (bare !== undefined) return toSeconds(bare, unit);
  if (trimmed.length > 60) return undefined;
  for (const parse of PARSERS[suffixes]) {
    const seconds = parse(trimmed);
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}

const PARSERS: Readonly<Record<Suffixes, readonly ((text: string) => number | undefined)[]>> = {
  None: [],
  Simple: [(text) => parseSuffixed(text, 1)],
  Go: [(text) => parseSuffixed(text, 8)],
  Iso8601: [parseIso],
  Any: [(text) => parseSuffixed(text, 8), parseIso, parseClock],
};

function parseSuffixed(text: string, most: number): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[+-]/, '');
  let seconds = 0;
  for (let count = 0; rest !== ''; count += 1) {
    const part = /^(\d{1,15}(?:\.\d{1,9})?)\s?([A-Za-zµ]{1,12})\s?/.exec(rest);
    const per = SUFFIX_SECONDS.get((part?.[2] ?? '').toLowerCase());
    if (part === null || per === undefined || count === most) return undefined;
    seconds += Number(part[1]) * per;
    rest = rest.slice(part[0].length);
  }
  return text === '' ? undefined : sign * seconds;
}

/** ISO 8601 as java.time.Duration reads it: `PT4M`, `P1DT2H`, `PT0.5S`. */
function parseIso(text: string): number | undefined {
  const parts =
    /^([+-]?)P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/i.exec(text);
  if (parts === null || text.length < 3) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(2).map((part) => Number(part ?? 0));
  const total = (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return parts[1] === '-' ? -total : total;
}

/** .NET's TimeSpan: `[d.]hh:mm[:ss[.fff]]`. */
function parseClock(text: string): number | undefined {
  const parts = /^(?:(\d{1,6})\.)?(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,7})?))?$/.exec(text);
  if (parts === null) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}
