import { z } from 'zod';

import { integer, seconds } from './field-schemas.ts';
import { keepAliveSchema } from './keep-alive-spec.ts';
import { withRules } from './rule.ts';

/** The far end, as far as it is known. */
export const peerSchema = withRules(
  z.strictObject({
    keepAlive: keepAliveSchema
      .exactOptional()
      .describe('Keep-alive of its sockets. None: it is not counted on.'),
    heartbeatSeconds: seconds('It sends payload at least that often on a quiet connection.').exactOptional(),
    idleTimeoutSeconds: seconds(
      'It ends a connection that is idle for that long (wait_timeout, connections.max.idle.ms and the like).',
    ).exactOptional(),
    onIdle: z
      .enum(['Close', 'Drop'])
      .exactOptional()
      .describe(
        'Close: the client is told. Drop: it is not; the peer then counts as a hop that drops and that only payload refreshes. Only with `idleTimeoutSeconds`. Default: Close.',
      ),
    minimumPingIntervalSeconds: integer(
      'It punishes pings that come more often (gRPC: too_many_pings).',
      1,
      86_400,
    ).exactOptional(),
  }),
  {
    id: 'on-idle-needs-timeout',
    message: '`onIdle` may only be given with `idleTimeoutSeconds`',
    field: 'onIdle',
    reason: 'FieldValueForbidden',
    cel: '!has(self.onIdle) || has(self.idleTimeoutSeconds)',
    check: (peer) => peer.onIdle === undefined || peer.idleTimeoutSeconds !== undefined,
  },
);

/** The far end, as far as a policy states it. */
export type Peer = z.infer<typeof peerSchema>;
