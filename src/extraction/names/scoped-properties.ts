import { type Naming, type PropertyName, splitPropertyName } from './property-names.ts';

/** Spring's root of the one data source that it configures by itself. */
const SPRING_ROOT = ['spring', 'datasource'];
/** Quarkus keeps a named data source's settings below its root and name. */
const QUARKUS_ROOT = ['quarkus', 'datasource'];
/** Last parts under which a connection string stands. */
const STRING_PARTS = new Set(['url', 'jdbcurl', 'uri']);
/** A part of a scope that says that it is a data source's. */
const DATA_SOURCE = /datasources?$/i;

/**
 * The property names to look up for one connection. A setting belongs to the connection whose prefix it shares:
 * for `app.datasource.one.jdbc-url` the pool's `spring.datasource.hikari.idle-timeout` is
 * `app.datasource.one.hikari.idle-timeout`, `app.datasource.one.configuration.idle-timeout` (Spring Boot reference,
 * "Configure Two DataSources") or `app.datasource.one.idle-timeout`; a part `*` is the connection's own name.
 *
 * @param owner the name under which the connection string was given.
 */
export function scopedProperties(
  property: string,
  naming: Naming,
  owner: string | undefined,
): readonly PropertyName[] {
  const parts = splitPropertyName(property);
  const plain = { parts, naming };
  if (owner === undefined) return [plain];
  const ownerParts = ownerPartsOf(owner);
  if (parts.includes('*')) return [{ parts: bindName(parts, ownerParts), naming }];
  const scope = dataSourceScope(ownerParts);
  if (scope === undefined) return [plain];
  if (startsWith(parts, SPRING_ROOT)) return springNames(parts, naming, scope, plain);
  if (startsWith(parts, QUARKUS_ROOT) && startsWith(scope, QUARKUS_ROOT)) {
    return quarkusNames(parts, naming, scope, plain);
  }
  return [plain];
}

function springNames(
  parts: readonly string[],
  naming: Naming,
  scope: readonly string[],
  plain: PropertyName,
): readonly PropertyName[] {
  if (startsWith(scope, SPRING_ROOT) && scope.length === SPRING_ROOT.length) return [plain];
  const rest = parts.slice(SPRING_ROOT.length);
  const scoped = [
    [...scope, ...rest],
    [...scope, 'configuration', ...rest.slice(1)],
    [...scope, ...rest.slice(1)],
  ].map((names) => ({ parts: names, naming }));
  return scope.some((part) => DATA_SOURCE.test(part)) ? scoped : [...scoped, plain];
}

function quarkusNames(
  parts: readonly string[],
  naming: Naming,
  scope: readonly string[],
  plain: PropertyName,
): readonly PropertyName[] {
  const name = scope.slice(QUARKUS_ROOT.length).filter((part) => part !== 'jdbc' && part !== 'reactive');
  if (name.length === 0) return [plain];
  return [{ parts: [...QUARKUS_ROOT, ...name, ...parts.slice(QUARKUS_ROOT.length)], naming }];
}

/** What stands before `url` in the name of a connection string, where that is a property's name. */
function dataSourceScope(owner: readonly string[]): readonly string[] | undefined {
  const last = (owner.at(-1) ?? '').replace(/[-_]/g, '').toLowerCase();
  if (owner.length < 2 || !STRING_PARTS.has(last)) return undefined;
  const scope = owner.slice(0, -1);
  return scope.at(-1) === 'hikari' ? scope.slice(0, -1) : scope;
}

/** The parts of a property's name; a variable's name is taken apart at its underscores. */
function ownerPartsOf(owner: string): readonly string[] {
  return /^[A-Z0-9_]+$/.test(owner)
    ? owner
        .toLowerCase()
        .split('_')
        .filter((part) => part !== '')
    : splitPropertyName(owner);
}

/** The pattern with the owner's part in the place of `*`, where what stands before it is the same. */
function bindName(parts: readonly string[], owner: readonly string[]): readonly string[] {
  const star = parts.indexOf('*');
  const same =
    owner.length > star && parts.slice(0, star).every((part, at) => relaxed(part) === relaxed(owner[at]));
  return same ? parts.map((part, at) => (at === star ? (owner[star] ?? part) : part)) : parts;
}

function startsWith(parts: readonly string[], start: readonly string[]): boolean {
  return start.every((part, at) => relaxed(parts[at]) === part);
}

function relaxed(part = ''): string {
  return part.replace(/[-_]/g, '').toLowerCase();
}
