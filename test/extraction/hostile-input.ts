import * as fc from 'fast-check';

/** How often a property is tried; fast-check prints the seed of a failure. */
export function runs(numRuns: number): { numRuns: number } {
  return { numRuns };
}

/** A file of every format. */
export const FILE_NAMES = [
  'a.properties',
  'a.yaml',
  'a.json',
  'a.toml',
  'a.xml',
  'a.hocon',
  'a.ini',
  'redis.conf',
  'nginx.conf',
  'haproxy.cfg',
  'settings.py',
  'sys.config',
];

const SAMPLES = [
  'postgres://app:hunter2@db.example:5432/app?keepalives_idle=60',
  'postgresql+psycopg2://u:hunter2@h1:5432,h2:5433/db?x=%41',
  'jdbc:postgresql://u:hunter2@db:5432/app?tcpKeepAlive=true&socketTimeout=60',
  'jdbc:mysql:replication://address=(host=h)(port=3306)/db?password=hunter2',
  'jdbc:oracle:thin:scott/hunter2@(DESCRIPTION=(ENABLE=BROKEN)(ADDRESS=(PROTOCOL=TCP)(HOST=h)(PORT=1521)))',
  'jdbc:oracle:thin:scott/hunter2@//ora:1521/app?oracle.net.keepAlive=true',
  'jdbc:sqlserver://sql\\I:1433;databaseName=a;password={hunter2}',
  'Host=db;Port=5432;Username=u;Password=hunter2;Keepalive=30',
  "host=db port=5432 password='hunter2' options='-c a=b'",
  'u:hunter2@tcp(db:3306)/app?readTimeout=30s',
  'redis1:6379,password=hunter2,keepAlive=60',
  'mongodb+srv://u:hunter2@cluster/?maxIdleTimeMS=120000',
  'amqp://u:hunter2@rabbit:5672/%2f?heartbeat=30',
  'pgsql:host=db;port=5432;dbname=a;password=hunter2',
  'redis+socket:///run/redis.sock?password=hunter2',
];

const MARKS = [
  ':',
  '/',
  '@',
  '?',
  '#',
  '&',
  '=',
  ';',
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '%',
  '"',
  "'",
  '\\',
  '$',
  '\n',
  '\0',
  '\uE000',
  '\uD800',
  ' ',
  '://',
  '..',
];

/** A real connection string with marks put in, pieces taken out or doubled. */
export const mutatedString: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...SAMPLES),
    fc.array(fc.tuple(fc.nat(120), fc.nat(6), fc.constantFrom('', ...MARKS)), { maxLength: 6 }),
  )
  .map(([sample, edits]) => {
    let text = sample;
    for (const [at, remove, put] of edits) {
      const index = at % (text.length + 1);
      // The planted password stays whole, and so do the marks around it that make it one.
      const first = text.indexOf('hunter2') - 1;
      const isInPassword = first < index + remove && index < first + 9;
      if (!isInPassword) text = text.slice(0, index) + put + text.slice(index + remove);
    }
    return text;
  });

const PIECES = [
  ...MARKS,
  'a',
  'key',
  '60',
  'true',
  '---',
  '- ',
  '|',
  '>',
  '*a',
  '&a',
  '<<',
  '!!',
  '#',
  'export ',
  'sysctl -w ',
  'sh -c ',
  '$(',
  '${',
  '`',
  '&&',
  '||',
  '(DESCRIPTION=',
  '(HOST=x)',
  'jdbc:',
  'postgres://',
  '[section]',
];

/** Text of pieces that mean something to some parser. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })), { maxLength: 60 })
  .map((pieces) => pieces.join(''));

const anyMember = fc.oneof(
  hostileText,
  mutatedString,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
);
const NAMES = [
  'DATABASE_URL',
  'SPRING_DATASOURCE_URL',
  'PGHOST',
  'REDIS_HOST',
  'REDIS_PORT',
  'JAVA_TOOL_OPTIONS',
  'SPRING_APPLICATION_JSON',
  'KEEP_ALIVE',
  'PGOPTIONS',
  'A',
  '__proto__',
  'constructor',
];
const KEYS = [
  'application.yaml',
  'application.properties',
  'a.json',
  'tnsnames.ora',
  'pgbouncer.ini',
  'redis.conf',
  '__proto__',
  'x/y',
];

const variable = fc.record(
  {
    name: fc.oneof(fc.constantFrom(...NAMES), anyMember),
    value: anyMember,
    valueFrom: fc.oneof(
      anyMember,
      fc.record({ configMapKeyRef: fc.record({ name: fc.constant('c'), key: fc.constantFrom(...KEYS) }) }),
      fc.record({ secretKeyRef: anyMember }),
      fc.record({ fieldRef: fc.record({ fieldPath: anyMember }) }),
    ),
  },
  { requiredKeys: [] },
);

const containerArbitrary = fc.record(
  {
    name: anyMember,
    image: fc.oneof(fc.constantFrom('postgres:16', 'python:3.12', 'x@sha256:1', ':::'), anyMember),
    env: fc.oneof(fc.array(fc.oneof(variable, anyMember), { maxLength: 8 }), anyMember),
    envFrom: fc.oneof(fc.constant([{ configMapRef: { name: 'c' } }]), anyMember),
    command: fc.oneof(
      fc.array(fc.oneof(fc.constantFrom('sh', '-c', 'java', 'exec'), anyMember), { maxLength: 5 }),
      anyMember,
    ),
    args: fc.oneof(fc.array(anyMember, { maxLength: 5 }), anyMember),
    ports: fc.oneof(
      fc.array(fc.record({ containerPort: fc.oneof(fc.integer(), anyMember) }), { maxLength: 3 }),
      anyMember,
    ),
    volumeMounts: fc.oneof(fc.constant([{ name: 'v', mountPath: '/config' }]), anyMember),
    securityContext: fc.oneof(fc.constant({ privileged: true }), anyMember),
    restartPolicy: fc.oneof(fc.constant('Always'), anyMember),
  },
  { requiredKeys: [] },
);

/** A Deployment in which anything may be anything, and a ConfigMap for it. */
export const hostileWorkload: fc.Arbitrary<{
  object: unknown;
  configMaps: Record<string, Record<string, string>>;
}> = fc
  .record({
    containers: fc.oneof(fc.array(fc.oneof(containerArbitrary, anyMember), { maxLength: 3 }), anyMember),
    initContainers: fc.oneof(fc.array(containerArbitrary, { maxLength: 2 }), anyMember),
    volumes: fc.oneof(fc.constant([{ name: 'v', configMap: { name: 'c' } }]), anyMember),
    securityContext: fc.oneof(
      fc.constant({ sysctls: [{ name: 'net.ipv4.tcp_keepalive_time', value: '9' }] }),
      anyMember,
    ),
    files: fc.dictionary(fc.constantFrom(...KEYS), hostileText),
    metadata: anyMember,
  })
  .map(({ files, metadata, ...spec }) => ({
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'n' },
      spec: { template: { metadata, spec } },
    },
    configMaps: { c: files },
  }));
