import { describe, expect, test } from '@jest/globals';
import {
  environmentNames,
  meansProperty,
  type Naming,
  splitPropertyName,
} from '../../src/extraction/names/property-names.ts';
import { scopedProperties } from '../../src/extraction/names/scoped-properties.ts';

describe('names of one property by the rules of its ecosystem', () => {
  test.each<[Naming, string, readonly string[]]>([
    [
      'Spring',
      'spring.datasource.hikari.max-lifetime',
      ['SPRING_DATASOURCE_HIKARI_MAXLIFETIME', 'SPRING_DATASOURCE_HIKARI_MAX_LIFETIME'],
    ],
    ['Spring', 'server.port', ['SERVER_PORT']],
    [
      'MicroProfile',
      'quarkus.datasource."users".jdbc.max-lifetime',
      ['QUARKUS_DATASOURCE_USERS_JDBC_MAX_LIFETIME'],
    ],
    ['Micronaut', 'datasources.default.max-lifetime', ['DATASOURCES_DEFAULT_MAX_LIFETIME']],
    ['Exact', 'c3p0.maxIdleTime', []],
    ['SpringMap', 'spring.datasource.hikari.data-source-properties.tcpKeepAlive', []],
  ])('%s: %s in the environment', (naming, property, expected) => {
    const names = environmentNames({ parts: splitPropertyName(property), naming });
    expect(names.slice(0, expected.length)).toEqual(expected);
    if (expected.length === 0) expect(names).toEqual([]);
  });

  test.each<[Naming, string, string, boolean]>([
    ['Spring', 'spring.datasource.hikari.max-lifetime', 'spring.datasource.hikari.maxLifetime', true],
    ['Spring', 'spring.datasource.hikari.max-lifetime', 'spring.datasource.hikari.max_lifetime', true],
    ['Spring', 'spring.datasource.hikari.max-lifetime', 'SPRING.datasource.hikari.maxlifetime', true],
    ['Spring', 'spring.datasource.hikari.max-lifetime', 'spring.datasource.hikari.max.lifetime', false],
    ['SpringMap', 'a.data-source-properties.tcpKeepAlive', 'a.dataSourceProperties.tcpKeepAlive', true],
    ['SpringMap', 'a.data-source-properties.tcpKeepAlive', 'a.data-source-properties.tcpkeepalive', false],
    ['SpringMap', 'a.props.tcpKeepAlive', 'a.props[tcpKeepAlive]', true],
    ['MicroProfile', 'quarkus.datasource.jdbc.max-lifetime', 'quarkus.datasource.jdbc.maxLifetime', false],
    ['Micronaut', 'datasources.default.max-lifetime', 'datasources.default.maxLifetime', true],
    ['Exact', 'c3p0.maxIdleTime', 'c3p0.maxidletime', false],
  ])('%s: whether %s is meant by %s', (naming, property, written, expected) => {
    const name = { parts: splitPropertyName(property), naming };
    expect(meansProperty(splitPropertyName(written), name)).toBe(expected);
  });

  test('parts in quotes and brackets are one part', () => {
    expect(splitPropertyName('a."b.c".d[e.f]')).toEqual(['a', 'b.c', 'd', 'e.f']);
  });
});

describe('names of a setting for the connection whose prefix it shares', () => {
  const names = (property: string, owner: string | undefined, naming: Naming = 'Spring'): readonly string[] =>
    scopedProperties(property, naming, owner).map(({ parts }) => parts.join('.'));
  const IDLE = 'spring.datasource.hikari.idle-timeout';

  test.each([
    ['the data source that Spring configures', 'spring.datasource.url', [IDLE]],
    ['the same from the environment', 'SPRING_DATASOURCE_URL', [IDLE]],
    ['the same, given to Hikari', 'spring.datasource.hikari.jdbc-url', [IDLE]],
    [
      'a variable of the application',
      'DB_URL',
      ['db.hikari.idle-timeout', 'db.configuration.idle-timeout', 'db.idle-timeout', IDLE],
    ],
    ['nothing', undefined, [IDLE]],
    [
      'another data source',
      'app.datasource.one.jdbc-url',
      [
        'app.datasource.one.hikari.idle-timeout',
        'app.datasource.one.configuration.idle-timeout',
        'app.datasource.one.idle-timeout',
      ],
    ],
  ])('%s', (_what, owner, expected) => {
    expect(names(IDLE, owner)).toEqual(expected);
  });

  test('a named data source of Quarkus, and the default one', () => {
    const property = 'quarkus.datasource.jdbc.max-lifetime';
    expect(names(property, 'quarkus.datasource.users.jdbc.url', 'MicroProfile')).toEqual([
      'quarkus.datasource.users.jdbc.max-lifetime',
    ]);
    expect(names(property, 'quarkus.datasource.jdbc.url', 'MicroProfile')).toEqual([property]);
  });

  test('a star is the name of the connection', () => {
    expect(names('datasources.*.max-lifetime', 'datasources.orders.url', 'Micronaut')).toEqual([
      'datasources.orders.max-lifetime',
    ]);
    expect(names('datasources.*.max-lifetime', 'DATASOURCES_ORDERS_URL', 'Micronaut')).toEqual([
      'datasources.orders.max-lifetime',
    ]);
    expect(names('datasources.*.max-lifetime', 'other.url', 'Micronaut')).toEqual([
      'datasources.*.max-lifetime',
    ]);
  });
});
