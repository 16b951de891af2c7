/*
 * What a name says of its value, where the value itself does not say it: a host that stands alone, a URL that is
 * nobody's connection, a connection string that cannot be read.
 */

/** The words of a name in lower case: `DB_HOST`, `db.host`, `dbHost` are `db`, `host`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .slice(-120)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** URLs under these words are told to others, or are addresses of this program itself: it opens no connection to them. */
const TOLD_TO_OTHERS = new Set([
  'origin',
  'origins',
  'cors',
  'redirect',
  'callback',
  'public',
  'external',
  'root',
  'docs',
  'documentation',
  'homepage',
  'support',
  'help',
  'logout',
  'advertised',
  'canonical',
  'frontend',
  'site',
  'schema',
  'license',
  'logo',
  'icon',
  'runbook',
  'terms',
  'privacy',
  'self',
  'audience',
  'allowed',
  'referer',
  'banner',
  'link',
  'links',
  'website',
  'xmlns',
  'namespace',
  'vocab',
  'image',
  'description',
  'instance',
  'listen',
  'bind',
  'listener',
  'listeners',
]);

/** Whether a web URL under this name is one that the program connects to. */
export function isOwnTarget(name: string): boolean {
  const words = wordsOf(name);
  if (words.some((word) => TOLD_TO_OTHERS.has(word))) return false;
  return !(
    words.length <= 2 &&
    (words[0] === 'app' || words[0] === 'base' || words[0] === 'server') &&
    words[1] === 'url'
  );
}

const STRING_WORDS = new Set([
  'url',
  'uri',
  'dsn',
  'jdbcurl',
  'databaseurl',
  'connectionstring',
  'connstring',
  'connstr',
  'brokers',
  'bootstrap',
]);
const HOST_WORDS = new Set(['host', 'hostname', 'addr', 'address', 'endpoint', 'hosts', 'server', 'servers']);
const NOT_HOSTS = new Set([
  'password',
  'user',
  'username',
  'key',
  'token',
  'secret',
  'cert',
  'ca',
  'port',
  'name',
  'scheme',
  'bind',
  'listen',
  'server',
  'pod',
  'node',
  'email',
  'mail',
  'smtp',
  'allowed',
]);

/** Whether the value of this name must be a connection string or a host, although it cannot be read. */
export function namesConnection(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (words.some((word) => TOLD_TO_OTHERS.has(word))) return false;
  if (STRING_WORDS.has(last)) return true;
  if (last === 'string') return words.at(-2) === 'connection' || words.at(-2) === 'conn';
  return HOST_WORDS.has(last) && words.length > 1 && !words.slice(0, -1).some((word) => NOT_HOSTS.has(word));
}

/**
 * The scheme that a connection string under this name most likely has, where it cannot be read: enough to tell
 * which pool a framework puts in front of it.
 */
export function likelyScheme(name: string): string | undefined {
  const joined = wordsOf(name).join(' ');
  const found = LIKELY.find(([pattern]) => pattern.test(joined));
  return found?.[1];
}

const LIKELY: readonly (readonly [RegExp, string])[] = [
  [/r2dbc/, 'r2dbc:'],
  [/redis|valkey/, 'redis'],
  [/mongo/, 'mongodb'],
  [/rabbit|amqp/, 'amqp'],
  [/kafka|bootstrap/, 'kafka'],
  [/datasource|jdbc|database|\bdb\b|sql/, 'jdbc:'],
];

/** Words that say that it is the program's own address, or that datagrams go there. */
const OWN_ADDRESS = new Set(
  'bind binding listen listener listeners metrics health healthz advertised external public statsd dogstatsd dd syslog pod node my container debug allowed virtual virtualhost ingress kubernetes probe pprof agent webhook'.split(
    ' ',
  ),
);
/** Words that say so where they stand alone: `SERVER_HOST` is the program's own, `MAIL_SERVER_HOST` is not. */
const OWN_ALONE = new Set(
  'server http https web app service admin management api grpc ui dashboard'.split(' '),
);

function isOwnAddress(words: readonly string[]): boolean {
  return words.some((word) => OWN_ADDRESS.has(word)) || words.every((word) => OWN_ALONE.has(word));
}

/** The stem that a host and its port share (`DB` of `DB_HOST`), or undefined where the name is none of the two. */
export function pairStem(
  name: string,
): { readonly stem: string; readonly part: 'Host' | 'Port' } | undefined {
  if (!/(?:host|hostname|addr|address|server|port)$/i.test(name)) return undefined;
  const words = wordsOf(name);
  const before = words.slice(0, -1);
  if (before.length === 0 || isOwnAddress(before)) return undefined;
  const part = PAIR_PARTS.get(words.at(-1) ?? '');
  return part === undefined ? undefined : { stem: before.join(' '), part };
}

const PAIR_PARTS = new Map<string, 'Host' | 'Port'>([
  ['host', 'Host'],
  ['hostname', 'Host'],
  ['addr', 'Host'],
  ['address', 'Host'],
  ['server', 'Host'],
  ['port', 'Port'],
]);

const ADDRESSED =
  /(?:hosts?|addr|address|addresses|endpoints?|servers?|brokers?|bootstrap|targets?|upstreams?|nodes|url|uri|backends?|peers|seeds)$/i;

/** Whether a name says that `host:port` as its value is where the program connects to. */
export function namesTarget(name: string): boolean {
  if (!ADDRESSED.test(name)) return false;
  const words = wordsOf(name);
  return words.length > 1 && !isOwnAddress(words.slice(0, -1));
}
