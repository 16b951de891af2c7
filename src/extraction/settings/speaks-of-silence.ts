import { wordsOf } from '../connections/connection-names.ts';

/** Quick and wide: most names go no further. */
const HINT = /keep|heart|idle|life|ping|recycle|max_?age/i;

/** Words that say that it is of something else: probes, sessions, locks, threads, jobs. */
const OTHER_MATTERS = new Set([
  'liveness',
  'readiness',
  'startup',
  'probe',
  'probes',
  'health',
  'healthcheck',
  'keepalived',
  'session',
  'sessions',
  'token',
  'tokens',
  'jwt',
  'cookie',
  'cookies',
  'cache',
  'cached',
  'otp',
  'password',
  'refresh',
  'login',
  'user',
  'users',
  'auth',
  'lock',
  'locks',
  'lease',
  'leases',
  'leader',
  'election',
  'raft',
  'gossip',
  'cert',
  'certs',
  'certificate',
  'certificates',
  'secret',
  'secrets',
  'log',
  'logs',
  'retention',
  'message',
  'messages',
  'thread',
  'threads',
  'executor',
  'job',
  'jobs',
  'scheduler',
  'task',
  'tasks',
  'worker',
  'workers',
  'cpu',
  'gpu',
  'scale',
  'scaling',
  'autoscaler',
  'autoscaling',
  'shutdown',
  'notebook',
  'kernel',
  'kernels',
  'cull',
  'culling',
  'lambda',
  'file',
  'files',
  'upload',
  'invite',
  'link',
  'signed',
  'presigned',
  'dns',
  'icmp',
  'instance',
  'eureka',
  'telemetry',
  'sentry',
  'object',
]);

const CONNECTION_WORDS = new Set([
  'connection',
  'connections',
  'conn',
  'conns',
  'pool',
  'pools',
  'socket',
  'sockets',
  'tcp',
  'db',
  'database',
  'jdbc',
  'datasource',
  'sql',
  'client',
  'redis',
  'postgres',
  'postgresql',
  'mysql',
  'mongo',
  'mongodb',
  'amqp',
  'rabbitmq',
  'kafka',
  'ldap',
  'grpc',
  'http',
  'channel',
  'upstream',
  'server',
  'oracle',
  'cassandra',
  'nats',
  'mqtt',
  'broker',
  'driver',
]);

const DURATION_WORDS = new Set([
  'timeout',
  'time',
  'timeouts',
  'ttl',
  'ms',
  'millis',
  'milliseconds',
  'sec',
  'secs',
  'seconds',
  'minutes',
  'interval',
  'max',
  'min',
  'limit',
  'eviction',
  'evict',
  'test',
  'period',
  'duration',
  'age',
  'check',
]);

/**
 * Whether a setting's name speaks of what keeps a quiet connection heard or closes it: keep-alive, heartbeat, ping
 * interval, idle timeout, lifetime or recycling of connections. Word by word, so that KEEPALIVED, a liveness probe
 * or a session's idle time are not taken for one.
 */
export function speaksOfSilence(name: string): boolean {
  if (name.length > 200 || !HINT.test(name)) return false;
  const words = wordsOf(name);
  if (words.some((word) => OTHER_MATTERS.has(word))) return false;
  const has = (set: ReadonlySet<string>): boolean => words.some((word) => set.has(word));
  if (words.some((word, at) => isKeepAlive(word, words[at + 1]) || HEARTBEAT.has(word))) return true;
  if (has(IDLE)) return has(DURATION_WORDS) || has(CONNECTION_WORDS);
  if (words.includes('ping')) return has(DURATION_WORDS);
  return speaksOfLifetime(words) && has(CONNECTION_WORDS);
}

const HEARTBEAT = new Set(['heartbeat', 'heartbeats']);
const IDLE = new Set(['idle', 'idletime', 'idletimeout', 'maxidletime']);

function isKeepAlive(word: string, next: string | undefined): boolean {
  if (word === 'keep') return next === 'alive' || next === 'alives' || next === 'idle';
  return /^(?:tcp|so)?keep(?:alives?|idle|intvl|cnt)$/.test(word);
}

function speaksOfLifetime(words: readonly string[]): boolean {
  return words.some((word, at) => {
    if (word === 'lifetime' || word === 'maxlifetime' || word === 'recycle') return true;
    const next = words[at + 1];
    return (word === 'life' && next === 'time') || (word === 'max' && next === 'age');
  });
}
