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
import { entryId, sourceSchema, versionText } from './source.ts';

/*
 * The format of a client, in the shape that a CRD can hold: no unions, no floats, choices as PascalCase strings,
 * values as the text that a user writes. The same schema serves users' own ClientProfiles.
 */

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
    .describe('Why it bounds nothing when they do not, as a sentence for the user.'),
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

/**
 * A connection string without a scheme, known by its keywords: `Host=..;Username=..` (AdoNet), `Driver={..};..` (Odbc),
 * `host=.. dbname=..` (Libpq), `user:password@tcp(host:port)/db` (GoMysql), `host:port,password=..,ssl=True`
 * (StackExchangeRedis), `host:port/service` or `(DESCRIPTION=..)` (OracleConnect), `pgsql:host=..;dbname=..` (Pdo).
 */
const stringSchema = z.strictObject({
  syntax: z.enum(['AdoNet', 'Odbc', 'Libpq', 'GoMysql', 'StackExchangeRedis', 'OracleConnect', 'Pdo']),
  keywords: z
    .array(text)
    .max(10)
    .default([])
    .describe('All must be there; case and inner spaces do not count; a | b means either.'),
  without: z.array(text).max(10).default([]).describe('None may be there.'),
  contains: z.array(text).max(10).default([]).describe('Texts of which one must occur, such as ODBC Driver.'),
});

/** How a workload shows that it uses this client. Names end in * for a prefix. */
export const recogniseSchema = z.strictObject({
  schemes: z
    .array(text)
    .max(40)
    .default([])
    .describe(
      'Start of a connection string before :// (or, for JDBC, before the address), such as jdbc:postgresql.',
    ),
  strings: z.array(stringSchema).max(6).default([]),
  env: z.array(text).max(60).default([]),
  properties: z.array(text).max(60).default([]),
  naming: naming.default('Exact').describe('Rules by which `properties` may be written elsewhere.'),
  images: z
    .array(text)
    .max(40)
    .default([])
    .describe(
      'Last parts of an image name without tag, such as postgres or bitnami/redis. The tag is evidence of the version, unless `versions` says otherwise.',
    ),
  commands: z.array(text).max(40).default([]).describe('Base name of the program that runs.'),
  artefacts: z
    .array(text)
    .max(40)
    .default([])
    .describe('Base name of a jar, wheel, gem or package in command or arguments, without version.'),
  files: z.array(text).max(20).default([]).describe('Base name of a configuration file that only it reads.'),
  hosts: z
    .array(text)
    .max(20)
    .default([])
    .describe('Ends of host names that tell the server, such as .postgres.database.azure.com.'),
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
  versions: z
    .array(
      z.strictObject({
        of: text.describe('Image, artefact or entry id whose version is evidence.'),
        since: versionText.optional(),
        until: versionText.optional(),
        means: versionText,
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
export type ClientLimit = z.infer<typeof limitSchema>;
