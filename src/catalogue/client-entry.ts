import { z } from 'zod';
import {
  conditionSchema,
  formSchema,
  naming,
  quantitySchema,
  settingName,
  settingSchema,
  text,
} from './client-setting.ts';
import { keepAliveSchema, limitSchema } from './client-behaviour.ts';
import { recogniseSchema } from './client-recognition.ts';
import { entryId, sourceSchema, versionText } from './source.ts';

/*
 * The format of a client, in the shape that a CRD can hold: no unions, no floats, choices as PascalCase strings,
 * values as the text that a user writes. The same schema serves users' own ClientProfiles.
 */

const propertyCondition = z.strictObject({
  property: text,
  contains: text.optional(),
  naming: naming.default('Exact'),
  absent: z
    .enum(['Fails', 'Holds'])
    .default('Fails')
    .describe('What becomes of the condition when the property is not given at all.'),
});

/** A pool or framework puts another entry on the same connection. For one connection string the first that holds does. */
const bringsSchema = z.strictObject({
  client: entryId,
  schemes: z
    .array(text)
    .max(20)
    .default([])
    .describe('Connection strings for which it does; * at the end for a prefix. None: every one.'),
  when: z
    .array(propertyCondition)
    .max(4)
    .default([])
    .describe('Only when all of these properties are set so.'),
  since: versionText.optional(),
  until: versionText.optional(),
  version: versionText.optional().describe('Version of that client that it brings.'),
  basis: z.enum(['Evidence', 'Assumption']).default('Evidence'),
});

/** A change that protects, as exact values of settings. */
const remedySchema = z.strictObject({
  title: z.string().min(3).max(160).describe('What to do, as an imperative sentence without a full stop.'),
  set: z
    .array(
      z.strictObject({
        setting: settingName,
        value: text.describe(
          'Text, with {time}, {interval}, {probes}, {eviction} for the needed numbers in the setting’s unit.',
        ),
      }),
    )
    .max(6)
    .default([]),
  kernelTime: z
    .enum(['NotNeeded', 'Needed'])
    .default('NotNeeded')
    .describe('Needed: the pod’s net.ipv4.tcp_keepalive_time must be set too.'),
  code: z.string().max(600).optional().describe('The line of code, where only code can do it.'),
  acts: z
    .enum(['Packets', 'Payload', 'Close'])
    .describe('What it puts on the wire: probes, bytes, or a close.'),
  since: versionText.optional(),
  until: versionText.optional(),
  note: z.string().max(300).optional(),
});

/** A client, pool, framework or server: how it is recognised and what it does to a quiet connection. */
export const clientEntrySchema = z.strictObject({
  id: entryId,
  title: z.string().min(2).max(120),
  kind: z
    .enum([
      'Driver',
      'Pool',
      'Framework',
      'HttpClient',
      'MessagingClient',
      'Runtime',
      'Server',
      'Proxy',
      'Application',
    ])
    .describe(
      'Runtime: its recognisers tell the ecosystem of a container, which narrows the candidates; its keep-alive is what a socket has of which nobody knows the library.',
    ),
  ecosystem: z.enum([
    'Jvm',
    'Python',
    'Node',
    'Go',
    'Dotnet',
    'Native',
    'Ruby',
    'Php',
    'Rust',
    'Beam',
    'Any',
  ]),
  recognise: recogniseSchema,
  like: entryId
    .optional()
    .describe(
      'It stands on this other client (a binding of a C library): what this entry leaves out is as there. See inherit-entry.ts.',
    ),
  address: z
    .strictObject({
      host: z.array(formSchema).max(20).default([]),
      port: z.array(formSchema).max(20).default([]),
      list: z
        .array(formSchema)
        .max(20)
        .default([])
        .describe('Value is host, host:port, a URL, or several with commas between.'),
      defaultHost: text.optional(),
      defaultPort: z.number().int().min(1).max(65535).optional(),
    })
    .optional()
    .describe('Where it connects to, when no connection string says so.'),
  serves: z
    .strictObject({
      ports: z.array(z.number().int().min(1).max(65535)).max(10).default([]),
      port: z.array(formSchema).max(10).default([]),
      keepAlive: keepAliveSchema
        .optional()
        .describe('Of accepted connections, where that differs from `keepAlive` (proxies).'),
      singleUse: z
        .array(conditionSchema)
        .max(4)
        .default([])
        .describe(
          'When all of these hold it closes after each answer: no accepted connection ever lies idle.',
        ),
    })
    .optional()
    .describe('Servers and proxies: ports on which it accepts connections.'),
  presumedSince: versionText
    .optional()
    .describe('Where nothing shows the version, earlier ones are left out: they hardly run any more.'),
  versions: z
    .array(
      z.strictObject({
        of: text.describe('Image, artefact or entry id whose version is evidence.'),
        since: versionText.optional(),
        until: versionText.optional(),
        means: versionText.optional().describe('None: the same version.'),
      }),
    )
    .max(30)
    .default([])
    .describe('What another thing’s version tells of this one’s.'),
  shows: z
    .array(
      z.strictObject({
        property: text.optional(),
        naming: naming.default('Exact'),
        env: text.optional(),
        urlParameter: text.optional(),
        since: versionText.optional(),
        until: versionText.optional(),
      }),
    )
    .max(20)
    .default([])
    .describe(
      'Names (* for a prefix) that only versions from `since` and before `until` know: evidence of a version.',
    ),
  settings: z.array(settingSchema).max(60).default([]),
  ineffective: z
    .array(z.strictObject({ form: formSchema, why: z.string().min(3).max(300) }))
    .max(20)
    .default([])
    .describe('What looks like a setting of this client and does nothing.'),
  keepAlive: keepAliveSchema
    .optional()
    .describe(
      'Of its sockets (servers: the accepted ones). None: it opens none of its own (a pool, a framework).',
    ),
  asksPeer: keepAliveSchema
    .optional()
    .describe('Keep-alive that these settings make the far end use on its side of the connection.'),
  limits: z.array(limitSchema).max(20).default([]),
  closing: z
    .enum(['Local', 'RoundTrip'])
    .default('Local')
    .describe(
      'Drivers: RoundTrip where closing waits for the peer, so that a pool’s limit on borrowing hangs on a dead path.',
    ),
  userTimeout: quantitySchema.optional(),
  noticesClose: z
    .array(
      z.strictObject({
        value: z.enum(['Always', 'OnBorrow', 'Never', 'Fatal', 'Unknown']),
        when: z.array(conditionSchema).max(4).default([]),
      }),
    )
    .max(6)
    .default([])
    .describe(
      'Whether it learns of a close that arrives while idle: first whose conditions hold; none: what the entry behind it says.',
    ),
  listens: z.enum(['Never', 'Always', 'Sometimes']).default('Never'),
  inFront: z
    .strictObject({
      schemes: z.array(text).max(20).default([]),
      clients: z.array(entryId).max(40).default([]),
    })
    .optional()
    .describe('Pools: the connections in front of which it sits; * at the end of a scheme for a prefix.'),
  brings: z
    .array(bringsSchema)
    .max(40)
    .default([])
    .describe('Frameworks: the pool or driver that they put there.'),
  remedies: z.array(remedySchema).max(10).default([]),
  caveats: z.array(z.string().max(600)).max(12).default([]),
  confidence: z.enum(['High', 'Medium', 'Low']),
  sources: z.array(sourceSchema).min(1).max(24),
});

export type ClientEntry = z.infer<typeof clientEntrySchema>;
