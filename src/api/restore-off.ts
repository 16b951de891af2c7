/**
 * A policy with `enforcement.remediate: false` read as `Off`.
 *
 * kubectl reads YAML 1.1, in which a plain `Off` is the boolean false, so that is what reaches the API server, which
 * stores it. Readers of YAML 1.2 see the text. Both mean what the author wrote. Changes nothing in place.
 */
export function restoreOff(raw: unknown): unknown {
  return replaced(raw, 'spec', (spec) =>
    replaced(spec, 'enforcement', (enforcement) =>
      replaced(enforcement, 'remediate', (remediate) => (remediate === false ? 'Off' : remediate)),
    ),
  );
}

function replaced(raw: unknown, key: string, replace: (value: unknown) => unknown): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || !Object.hasOwn(raw, key)) return raw;
  const fields = raw as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: replace(fields[key]) };
}
