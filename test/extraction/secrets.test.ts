import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { SecretText } from '../../src/extraction/secret-text.ts';
import { addressOf, deployment, extract, modelOf, only, outbound, shown } from './workload-builder.ts';

const PLANTED = 'hunter2-planted';

/** Everything that a person could print of a value. */
function everyOutput(value: unknown): string {
  return [
    JSON.stringify(value),
    inspect(value, { depth: 50 }),
    inspect(value, { depth: 50, showHidden: false }),
  ].join('\n');
}

const secretRef = (key: string): object => ({ valueFrom: { secretKeyRef: { name: 's', key } } });

describe('a secret text', () => {
  test('prints a placeholder in text, JSON and inspection, and gives the text to who asks', () => {
    const secret = new SecretText(PLANTED);
    expect(`${String(secret)} ${JSON.stringify({ secret })} ${inspect(secret)}`).not.toContain(PLANTED);
    expect(Object.keys(secret)).toEqual([]);
    expect(secret.reveal()).toBe(PLANTED);
  });
});

describe('passwords in what is not a Secret', () => {
  test.each([
    ['a URL', `postgres://app:${PLANTED}@db.example:5432/app?keepalives_idle=60`],
    ['a URL with a password that breaks it', `postgres://app:${PLANTED}/x@y:z@db.example:5432/app`],
    ['a URL with a password as port', `postgres://db.example:${PLANTED}/app`],
    ['a password parameter', `jdbc:postgresql://db.example/app?user=u&password=${PLANTED}`],
    ['SQL Server', `jdbc:sqlserver://db.example;password={${PLANTED}};databaseName=x`],
    ['SQL Server with a broken scheme', `jdbc:sqlserver:-//db;password={${PLANTED}://`],
    ['Oracle', `jdbc:oracle:thin:scott/${PLANTED}@db.example:1521/app`],
    ['ADO.NET', `Host=db.example;Username=u;Password=${PLANTED};Keepalive=60`],
    ['libpq', `host=db.example password='${PLANTED}' keepalives_idle=60`],
    ['Go', `app:${PLANTED}@tcp(db.example:3306)/app`],
    ['StackExchange.Redis', `db.example:6379,password=${PLANTED},ssl=True`],
    ['an unknown scheme', `strange://u:${PLANTED}@db.example:1234`],
    ['a malformed one', `postgres://u:${PLANTED}@`],
    ['a parameter that is no number', `postgres://db.example/app?keepalives_idle=${PLANTED}`],
  ])('%s', (_what, text) => {
    const object = deployment({
      env: { DATABASE_URL: text, DB_PASSWORD: PLANTED, KEEPALIVE_SECONDS: PLANTED },
      command: [
        'sh',
        '-c',
        `exec app --db=${text} --password ${PLANTED} -Dpw=${PLANTED} --keep-alive=${PLANTED}`,
      ],
    });
    expect(everyOutput(extract(object))).not.toContain(PLANTED);
  });

  test('files', () => {
    const files = {
      'application.yaml': `spring:\n  datasource:\n    url: jdbc:postgresql://u:${PLANTED}@db/app\n    password: ${PLANTED}\n`,
      'app.properties': `password=${PLANTED}\nkeepalive.time=${PLANTED}\n`,
      'broken.yaml': `a: [${PLANTED}\n`,
      'app.ini': `[x]\npassword = ${PLANTED}\n`,
    };
    const object = deployment(
      { volumeMounts: [{ name: 'v', mountPath: '/c' }], env: { SPRING_PROFILES_ACTIVE: 'x' } },
      { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    );
    expect(everyOutput(extract(object, { configMaps: { c: files } }))).not.toContain(PLANTED);
  });
});

describe('Secrets that are switched on', () => {
  const secretData = {
    s: {
      url: `postgres://${PLANTED}:${PLANTED}@${PLANTED}.example:5432/${PLANTED}?keepalives_idle=60&x=${PLANTED}`,
      password: PLANTED,
      idle: '90',
      host: `${PLANTED}.example`,
      'application.properties': `spring.datasource.url=jdbc:postgresql://${PLANTED}/a?tcpKeepAlive=true\npw=${PLANTED}`,
    },
  };
  const on = { secretData, secrets: 'On' as const };

  test('decide, and are shown nowhere', () => {
    const facts = extract(
      deployment({ image: 'postgrest/postgrest', env: { DATABASE_URL: secretRef('url') } }),
      on,
    );
    const connection = only(facts);
    const model = modelOf(connection);
    expect(shown(model.keepAlive.time)).toBe('60 read');
    expect(model.keepAlive.time).toMatchObject({ text: '(from a Secret)' });
    expect(connection.address).toMatchObject({ state: 'Known', secret: true });
    expect(addressOf(connection)).toBe(`${PLANTED}.example:5432`);
    expect(everyOutput(facts)).not.toContain(PLANTED);
  });

  test('a copy of an address has no host any more, rather than one that could be shown', () => {
    const facts = extract(deployment({ env: { DATABASE_URL: secretRef('url') } }), on);
    expect(everyOutput(structuredClone({ ...only(facts).address }))).not.toContain(PLANTED);
  });

  test.each([
    [
      'a variable',
      { env: { SPRING_DATASOURCE_HIKARI_KEEPALIVETIME: secretRef('idle'), X: secretRef('password') } },
      {},
    ],
    ['a part of a URL', { env: { PW: secretRef('password'), URL: `pg://u:$(PW)@$(PW).example/$(PW)` } }, {}],
    ['a host and its port', { env: { DB_HOST: secretRef('host'), DB_PORT: '5432' } }, {}],
    [
      'an argument',
      { env: { PW: secretRef('password') }, args: ['--keep-alive=$(PW)', '--url=pg://$(PW)/x'] },
      {},
    ],
    ['everything of it', { envFrom: [{ secretRef: { name: 's' } }] }, {}],
    [
      'a mounted file',
      { volumeMounts: [{ name: 'v', mountPath: '/config' }] },
      { volumes: [{ name: 'v', secret: { secretName: 's' } }] },
    ],
  ])('%s', (_what, container, spec) => {
    const facts = extract(deployment(container, spec), on);
    expect(everyOutput(facts)).not.toContain(PLANTED);
  });

  test('a mounted file of a Secret is read', () => {
    const facts = extract(
      deployment(
        { volumeMounts: [{ name: 'v', mountPath: '/config' }] },
        { volumes: [{ name: 'v', secret: { secretName: 's' } }] },
      ),
      on,
    );
    expect(outbound(facts).length).toBe(1);
    for (const { model } of outbound(facts)[0]?.candidates ?? []) {
      expect(shown(model.keepAlive.enabled)).toBe('true read');
    }
  });

  test('are not asked for while they are switched off', () => {
    const facts = extract(deployment({ env: { DATABASE_URL: secretRef('url') } }), { secretData });
    expect(addressOf(only(facts))).toBe('unknown: Secret');
  });
});
