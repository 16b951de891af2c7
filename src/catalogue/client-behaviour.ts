import { z } from 'zod';
import { conditionSchema, quantitySchema, settingName } from './client-setting.ts';
import { versionText } from './source.ts';

/* What a client does to a quiet connection: members of the silence set, and the keep-alive that it asks for. */

const states = z
  .array(z.enum(['Pooled', 'InUse', 'Listening']))
  .min(1)
  .max(3);

/** A member of the silence set. */
export const limitSchema = z.strictObject({
  kind: z.enum([
    'Heartbeat',
    'IdleEviction',
    'MaxLifetime',
    'OperationTimeout',
    'OperationDeadline',
    'IdleLimit',
  ]),
  value: quantitySchema,
  sweep: z
    .array(quantitySchema)
    .max(3)
    .default([])
    .describe('What its enforcement adds at worst: check interval, jitter upward.'),
  jitterPercent: z.number().int().min(0).max(100).default(0).describe('Jitter upward, percent of the value.'),
  enforced: z.enum(['Background', 'OnBorrow', 'None']).default('Background'),
  states: states.describe('States in which it acts.'),
  closing: z
    .enum(['Local', 'RoundTrip'])
    .default('Local')
    .describe('RoundTrip: closing waits for the peer and hangs on a dead path.'),
  side: z
    .enum(['Opened', 'Accepted', 'Both'])
    .default('Both')
    .describe('Proxies: whether it acts on connections that it opens or on those that it accepts.'),
  when: z.array(conditionSchema).max(6).default([]).describe('It acts only when all of these hold.'),
  otherwise: z
    .string()
    .max(300)
    .optional()
    .describe(
      'Why it bounds nothing when they do not (or, with enforced None, at all), as a sentence for the user.',
    ),
  since: versionText.optional(),
  until: versionText.optional(),
});

/**
 * The kernel keep-alive that this client asks for. A literal interval or count holds only where its own time
 * does (a socket that leaves the time to the kernel leaves these to it too); one from a setting holds by itself.
 */
export const keepAliveSchema = z.strictObject({
  enabled: z.enum(['Always', 'Never', 'Setting']).describe('Whether its sockets set SO_KEEPALIVE.'),
  setting: settingName.optional().describe('With Setting: a Boolean, or a number that is not off.'),
  orSettings: z
    .array(settingName)
    .max(6)
    .default([])
    .describe('With Setting: others, any of which asks for it too when it is given and not off.'),
  unless: z
    .array(conditionSchema)
    .max(6)
    .default([])
    .describe('It does not ask, in spite of the above, when all of these hold.'),
  states: states
    .default(['Pooled', 'InUse', 'Listening'])
    .describe('States in which the socket has it (some clients ask only when a connection lies idle).'),
  time: quantitySchema.optional().describe('Its own time before the first probe; none: the kernel’s.'),
  timeIs: z
    .enum(['Fixed', 'AtMost'])
    .default('Fixed')
    .describe('AtMost: time, interval and probes only lower the kernel’s values, never raise them.'),
  interval: quantitySchema.optional(),
  probes: z
    .strictObject({ count: z.number().int().min(1).max(127).optional(), setting: settingName.optional() })
    .optional(),
  since: versionText.optional().describe('Before this version its sockets do not ask.'),
});

export type ClientLimit = z.infer<typeof limitSchema>;
