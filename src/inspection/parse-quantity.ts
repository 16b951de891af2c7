const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
};

const BARE_SECONDS: Readonly<Record<string, number>> = {
  Milliseconds: 0.001,
  Seconds: 1,
  Minutes: 60,
  Duration: 1,
};

/**
 * Seconds in a text such as `350`, `6m`, `1h30m`, `4000ms`: a bare number counts in `unit`, numbers with units add up.
 * Fractions of a second are rounded up. Undefined for anything else.
 */
export function parseQuantity(
  text: string,
  unit: 'Seconds' | 'Milliseconds' | 'Minutes' | 'Duration',
): number | undefined {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > 24) return undefined;
  if (/^\d{1,12}$/.test(trimmed)) return Math.ceil(Number(trimmed) * (BARE_SECONDS[unit] ?? 1));
  let seconds = 0;
  let rest = trimmed;
  while (rest.length > 0) {
    const part = /^(\d{1,12}(?:\.\d{1,6})?)(ms|sec|min|s|m|h|d)/.exec(rest);
    if (part === null) return undefined;
    seconds += Number(part[1]) * (UNIT_SECONDS[part[2] ?? ''] ?? 0);
    rest = rest.slice(part[0].length);
  }
  return Math.ceil(seconds);
}
