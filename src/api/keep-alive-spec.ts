import { z } from 'zod';

import { integer, seconds } from './field-schemas.ts';

/** Keep-alive that somebody states for an end whose sockets cannot be seen. Intervals are those of tcp(7). */
export const keepAliveSchema = z.strictObject({
  timeSeconds: seconds('Seconds of silence before the first probe (Linux: tcp_keepalive_time).'),
  intervalSeconds: integer(
    'Seconds between probes that are not answered (Linux: tcp_keepalive_intvl).',
    1,
    32_767,
  ).default(75),
  probes: integer(
    'Unanswered probes after which the connection is given up (Linux: tcp_keepalive_probes).',
    1,
    255,
  ).default(9),
});

/** Keep-alive of an end: time, interval, probes. */
export type KeepAliveSpec = z.infer<typeof keepAliveSchema>;
