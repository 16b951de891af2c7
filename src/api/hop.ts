import { z } from 'zod';

import { integer, formed, labelName, objectName, seconds } from './field-schemas.ts';
import { keepAliveSchema } from './keep-alive-spec.ts';
import { withRules } from './rule.ts';

/** Names that findings and status use for the ends of the path. */
const ENDS = ['workload', 'peer'];

const name = withRules(
  labelName(
    'Name of the hop, unique on the path; findings and status speak of it.',
    'hop-name',
    'internal-firewall',
  ),
  {
    id: 'hop-name-reserved',
    message: "must not be 'workload' or 'peer': these are the ends of the path",
    cel: "!(self in ['workload', 'peer'])",
    check: (value) => !ENDS.includes(value),
  },
);

const deviceSchema = formed(
  'Id of a device in the catalogue. Brings the idle timeout, `onExpiry`, `refreshedBy` and `mode` where the hop does not give them.',
  {
    id: 'device-id',
    pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
    maxLength: 63,
    message: "must be the id of a device in the catalogue, such as 'aws-nat-gateway'",
  },
);

const idleTimeoutFrom = z.strictObject({
  kind: z
    .enum(['Service', 'Ingress', 'Gateway', 'DestinationRule'])
    .describe('Kind of the object that declares the idle timeout.'),
  name: objectName('Name of that object.', 'idle-timeout-from-name', 'db-gateway'),
  namespace: labelName(
    'Namespace of that object: only in a ClusterNetworkPathPolicy, which must give it. A NetworkPathPolicy reads in its own namespace only.',
    'idle-timeout-from-namespace-name',
    'gateways',
  ).exactOptional(),
});

const keepAlive = withRules(
  z.strictObject({
    towardWorkload: keepAliveSchema
      .exactOptional()
      .describe('Keep-alive of its sockets on the leg to the workload. None: it sends no probes there.'),
    towardPeer: keepAliveSchema
      .exactOptional()
      .describe(
        'Keep-alive of its sockets on the leg away from the workload. None: it sends no probes there.',
      ),
  }),
  {
    id: 'hop-keep-alive-empty',
    message: '`keepAlive` must have `towardWorkload`, `towardPeer` or both',
    cel: 'has(self.towardWorkload) || has(self.towardPeer)',
    check: ({ towardWorkload, towardPeer }) => towardWorkload !== undefined || towardPeer !== undefined,
  },
);

const capacity = z.strictObject({
  newConnectionsPerSecond: integer(
    'New connections that the device sees per second.',
    1,
    100_000_000,
  ).exactOptional(),
  maxEntries: integer('Entries that its state table holds.', 1, 1_000_000_000_000).exactOptional(),
  bytesPerEntry: integer('Memory that one entry takes.', 1, 1_048_576).exactOptional(),
});

const fields = z.strictObject({
  name,
  device: deviceSchema.exactOptional(),
  idleTimeoutSeconds: seconds(
    'How long the hop remembers a silent connection. The device or `idleTimeoutFrom` may give it instead.',
  ).exactOptional(),
  idleTimer: z
    .enum(['Unknown', 'None'])
    .exactOptional()
    .describe(
      'Unknown: it forgets silent connections, but nobody knows after how long. None: it has no idle timer.',
    ),
  atLeastSeconds: seconds(
    'Silence that it is known to survive; only with `idleTimer: Unknown`.',
  ).exactOptional(),
  idleTimeoutFrom: idleTimeoutFrom
    .exactOptional()
    .describe(
      "A Kubernetes object that declares the idle timeout. Where it does not say, the device's default holds, by assumption.",
    ),
  onExpiry: z
    .enum(['Drop', 'Reset', 'Close'])
    .exactOptional()
    .describe(
      "What becomes of the next packet once the connection is forgotten. Drop: nothing answers. Reset: the sender gets a RST. Close: the hop ends the connection at once, and the ends are told. Default: the device's, else Drop.",
    ),
  refreshedBy: z
    .enum(['Packets', 'Payload'])
    .exactOptional()
    .describe(
      "What starts its timer anew. Packets: every packet, an empty keep-alive probe included. Payload: only bytes of the application. Default: the device's, else Packets.",
    ),
  mode: z
    .enum(['Passthrough', 'Terminate'])
    .exactOptional()
    .describe(
      "Terminate: it ends the connection and opens another (a proxy): one leg ends, the next starts, and keep-alive probes do not pass. Default: the device's, else Passthrough.",
    ),
  capacity: capacity
    .exactOptional()
    .describe('What its state table bears; prices the remedy of a longer idle timeout.'),
  keepAlive: keepAlive
    .exactOptional()
    .describe('Keep-alive of the sockets of a hop that terminates connections.'),
  reuseIdleSeconds: seconds(
    'How long a hop that terminates connections keeps an idle one to the next leg for reuse.',
  ).exactOptional(),
});

type HopFields = z.infer<typeof fields>;

/** True where the hop says that it terminates connections, or leaves that to its device. */
function mayTerminate({ mode, device }: HopFields): boolean {
  return mode === undefined ? device !== undefined : mode === 'Terminate';
}

const MAY_TERMINATE_CEL = "(has(self.mode) ? self.mode == 'Terminate' : has(self.device))";

/** One stateful device on the path. */
export const hopSchema = withRules(
  fields,
  {
    id: 'hop-needs-timer',
    message:
      'a hop must have one of `idleTimeoutSeconds`, `idleTimer`, `idleTimeoutFrom` or `device`; where nobody knows the idle timeout write `idleTimer: Unknown`',
    reason: 'FieldValueRequired',
    cel: 'has(self.idleTimeoutSeconds) || has(self.idleTimer) || has(self.idleTimeoutFrom) || has(self.device)',
    check: (hop) =>
      [hop.idleTimeoutSeconds, hop.idleTimer, hop.idleTimeoutFrom, hop.device].some(
        (given) => given !== undefined,
      ),
  },
  {
    id: 'idle-timer-excludes-seconds',
    message: '`idleTimer` must be left out where `idleTimeoutSeconds` gives the idle timeout',
    field: 'idleTimer',
    reason: 'FieldValueForbidden',
    cel: '!(has(self.idleTimer) && has(self.idleTimeoutSeconds))',
    check: (hop) => hop.idleTimer === undefined || hop.idleTimeoutSeconds === undefined,
  },
  {
    id: 'idle-timer-excludes-from',
    message: '`idleTimer` must be left out where `idleTimeoutFrom` says which object gives the idle timeout',
    field: 'idleTimer',
    reason: 'FieldValueForbidden',
    cel: '!(has(self.idleTimer) && has(self.idleTimeoutFrom))',
    check: (hop) => hop.idleTimer === undefined || hop.idleTimeoutFrom === undefined,
  },
  {
    id: 'seconds-exclude-from',
    message:
      '`idleTimeoutSeconds` and `idleTimeoutFrom` may not be given together: keep the one that is true',
    field: 'idleTimeoutFrom',
    reason: 'FieldValueForbidden',
    cel: '!(has(self.idleTimeoutSeconds) && has(self.idleTimeoutFrom))',
    check: (hop) => hop.idleTimeoutSeconds === undefined || hop.idleTimeoutFrom === undefined,
  },
  {
    id: 'at-least-needs-unknown',
    message: '`atLeastSeconds` may only be given with `idleTimer: Unknown`',
    field: 'atLeastSeconds',
    reason: 'FieldValueForbidden',
    cel: "!has(self.atLeastSeconds) || (has(self.idleTimer) && self.idleTimer == 'Unknown')",
    check: (hop) => hop.atLeastSeconds === undefined || hop.idleTimer === 'Unknown',
  },
  {
    id: 'keep-alive-needs-terminate',
    message:
      '`keepAlive` may only be given on a hop with `mode: Terminate`: other hops have no sockets of their own',
    field: 'keepAlive',
    reason: 'FieldValueForbidden',
    cel: `!has(self.keepAlive) || ${MAY_TERMINATE_CEL}`,
    check: (hop) => hop.keepAlive === undefined || mayTerminate(hop),
  },
  {
    id: 'reuse-needs-terminate',
    message:
      '`reuseIdleSeconds` may only be given on a hop with `mode: Terminate`: other hops keep no connections for reuse',
    field: 'reuseIdleSeconds',
    reason: 'FieldValueForbidden',
    cel: `!has(self.reuseIdleSeconds) || ${MAY_TERMINATE_CEL}`,
    check: (hop) => hop.reuseIdleSeconds === undefined || mayTerminate(hop),
  },
);

/** One stateful device on the path, as a policy describes it: what is absent comes from the device. */
export type Hop = z.infer<typeof hopSchema>;
