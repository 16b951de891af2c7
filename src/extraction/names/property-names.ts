import type { SettingForm } from '../../catalogue/client-setting.ts';

/** The rules by which an ecosystem maps a property's name to others. */
export type Naming = SettingForm['naming'];

/** A property name in its parts, with the rule that says how else it may be written. */
export interface PropertyName {
  readonly parts: readonly string[];
  readonly naming: Naming;
}

/**
 * Splits a property name at its dots; what stands in brackets or quotes is one part: `a.b[c.d]`, `a."b.c".d`.
 */
export function splitPropertyName(name: string): readonly string[] {
  if (!/["[]/.test(name)) return name.split('.');
  const parts = name.match(/"[^"]*"|\[[^\]]*\]|[^."[]+/g) ?? [];
  return parts.map((part) => (/^["[]/.test(part) ? part.slice(1, -1) : part));
}

/**
 * Environment variables by which a property may be given, most exact first.
 *
 * - Spring: dots become underscores, dashes go, upper case; and the older form in which dashes become underscores
 *   (Spring Boot reference, "Relaxed binding: binding from environment variables"; SystemEnvironmentPropertyMapper).
 * - MicroProfile Config: the name as it is; every other character an underscore; that in upper case (Config 3.0, §5.3).
 * - Micronaut: upper case, dots and dashes become underscores (Micronaut guide, "Property value binding").
 * - Exact, SpringMap: none. The environment loses the case of a map's key.
 */
export function environmentNames(property: PropertyName): readonly string[] {
  const joined = property.parts.join('.');
  switch (property.naming) {
    case 'Spring': {
      const upper = property.parts.join('_').toUpperCase();
      const short = upper.replaceAll('-', '');
      return short === upper ? [short] : [short, upper.replaceAll('-', '_')];
    }
    case 'MicroProfile': {
      const underscored = joined.replace(/[^A-Za-z0-9]/g, '_');
      return [underscored.toUpperCase(), underscored];
    }
    case 'Micronaut':
      return [joined.replace(/[^A-Za-z0-9]/g, '_').toUpperCase()];
    case 'Exact':
    case 'SpringMap':
      return [];
    default:
      return property.naming satisfies never;
  }
}

/**
 * Whether a name that stands in a file, a system property, an argument or JSON means the property.
 * Spring and Micronaut compare parts without dashes, underscores and case; the last part of a SpringMap, and every
 * part under the other rules, must be equal.
 */
export function meansProperty(written: readonly string[], property: PropertyName): boolean {
  const { parts, naming } = property;
  if (written.length !== parts.length) return false;
  const relaxed = naming === 'Spring' || naming === 'SpringMap' || naming === 'Micronaut';
  return parts.every((part, index) => {
    const given = written[index] ?? '';
    if (part === given) return true;
    const isKey = naming === 'SpringMap' && index === parts.length - 1;
    return relaxed && !isKey && relaxPart(part) === relaxPart(given);
  });
}

function relaxPart(part: string): string {
  return part.replace(/[-_]/g, '').toLowerCase();
}
