import { z } from 'zod';
import { entryId, sourceSchema, versionText } from './source.ts';

/*
 * The format of a client, in the shape that a CRD can hold: no unions, no floats, choices as PascalCase strings,
 * values as the text that a user writes. The same schema serves users' own ClientProfiles.
 */

const settingName = z.string().min(1).max(120);
const text = z.string().max(200);
const seconds = z.number().int().min(0).max(31_536_000);

/**
 * One way in which a setting can be given. Exactly one of the members that name a place is set.
 * `property` is the ecosystem's own property name; `naming` says by which rules it may be written elsewhere
 * (Spring: environment, YAML, JSON, system property, argument).
 */
export const formSchema = z
  .strictObject({
    urlParameter: text
      .optional()
      .describe('Query parameter of a URL, or keyword of a connection string (libpq, ADO.NET, DSN).'),
    descriptor: text.optional().describe('Key of an Oracle connect descriptor, such as ENABLE.'),
    property: text
      .optional()
      .describe('Property name as documented, such as spring.datasource.hikari.idle-timeout.'),
    systemProperty: text
      .optional()
      .describe('JVM system property: -Dname=value in arguments or JAVA_TOOL_OPTIONS.'),
    env: text.optional().describe('Environment variable, exact name.'),
    flag: text
      .optional()
      .describe('Command line flag with its dashes, such as --idle-timeout or -c for key=value.'),
    fileKey: text.optional().describe('Key of the configuration file named by `file`.'),
    file: text
      .optional()
      .describe('With fileKey: base name of the file, such as sqlnet.ora; * allowed at one end.'),
    naming: z
      .enum(['Exact', 'Spring', 'MicroProfile', 'Micronaut'])
      .default('Exact')
      .describe('With property: the rules by which the ecosystem maps names.'),
    given: text
      .optional()
      .describe(
        'The text that stands for `value` in this form, where they differ (ENABLE=BROKEN means true).',
      ),
    value: text.optional().describe('With given: the value of the setting that it means.'),
    unit: z
      .enum(['Milliseconds', 'Seconds', 'Minutes', 'Hours', 'Days'])
      .optional()
      .describe('Unit of a bare number in this form, where it differs.'),
    since: versionText.optional(),
    until: versionText.optional().describe('First version in which it no longer holds.'),
  })
  .refine(
    (form) =>
      [
        form.urlParameter,
        form.descriptor,
        form.property,
        form.systemProperty,
        form.env,
        form.flag,
        form.fileKey,
      ].filter((member) => member !== undefined).length === 1,
    'exactly one of urlParameter, descriptor, property, systemProperty, env, flag, fileKey',
  );

/** What a special value means instead of a number. */
const meaning = z.enum(['Off', 'KernelDefault', 'Unlimited', 'Default']);

/** One setting that bears on silence. */
export const settingSchema = z.strictObject({
  name: settingName.describe('Name as its documentation writes it.'),
  type: z.enum(['Boolean', 'Integer', 'Duration', 'Text']),
  unit: z
    .enum(['Milliseconds', 'Seconds', 'Minutes', 'Hours', 'Days'])
    .optional()
    .describe(
      'Duration: unit of a bare number. Suffixes (s, m, ms, ISO 8601, Go) are understood in addition where `suffixes` says so.',
    ),
  suffixes: z.enum(['None', 'Simple', 'Go', 'Iso8601', 'Any']).default('None'),
  given: z
    .array(formSchema)
    .max(30)
    .default([])
    .describe('Where it can be given, first wins. None: only in code.'),
  defaults: z
    .array(z.strictObject({ value: text, since: versionText.optional(), until: versionText.optional() }))
    .max(8)
    .default([])
    .describe('Default by version; none: no value unless given.'),
  special: z
    .array(z.strictObject({ value: text, means: meaning }))
    .max(8)
    .default([]),
  negative: meaning.optional().describe('What any negative number means.'),
  minimum: z
    .strictObject({ value: z.number().int(), below: z.enum(['Off', 'Default', 'Minimum', 'Refused']) })
    .optional()
    .describe('Least number accepted, in `unit`, and what becomes of a lesser one.'),
  usuallySetIn: z
    .enum(['Configuration', 'Code'])
    .default('Configuration')
    .describe('Code: applications usually set it in code, so that a default is an assumption.'),
  since: versionText.optional(),
  until: versionText.optional(),
});

/** A number of seconds: literal, or from a setting of this entry. Exactly one of `seconds` and `setting`. */
export const quantitySchema = z
  .strictObject({
    seconds: seconds.optional(),
    setting: settingName.optional(),
    percent: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(100)
      .describe('Share of the setting that counts (a heartbeat sent at half its interval: 50).'),
  })
  .refine(
    (quantity) => (quantity.seconds === undefined) !== (quantity.setting === undefined),
    'exactly one of seconds and setting',
  );

/** A condition on a setting of this entry. All members given must hold. */
export const conditionSchema = z.strictObject({
  setting: settingName,
  equals: text.optional(),
  notEquals: text.optional(),
  above: z.number().int().optional(),
  belowSetting: settingName.optional().describe('Its number is less than that of this other setting.'),
  given: z.enum(['Yes', 'No']).optional().describe('Whether it is given at all.'),
});

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
  states: z
    .array(z.enum(['Pooled', 'InUse', 'Listening']))
    .min(1)
    .max(3)
    .describe('States in which it acts.'),
  closing: z
    .enum(['Local', 'RoundTrip'])
    .default('Local')
    .describe('RoundTrip: closing waits for the peer and hangs on a dead path.'),
  when: z.array(conditionSchema).max(6).default([]).describe('It acts only when all of these hold.'),
  otherwise: z
    .string()
    .max(300)
    .optional()
    .describe('Why it bounds nothing when they do not, as a sentence for the user.'),
  since: versionText.optional(),
  until: versionText.optional(),
});

/** The kernel keep-alive that this client asks for. */
export const keepAliveSchema = z.strictObject({
  enabled: z.enum(['Always', 'Never', 'Setting']).describe('Whether its sockets set SO_KEEPALIVE.'),
  setting: settingName.optional().describe('With Setting: a Boolean, or a number that is not off.'),
  time: quantitySchema.optional().describe('Its own time before the first probe; none: the kernel’s.'),
  interval: quantitySchema.optional(),
  probes: z
    .strictObject({ count: z.number().int().min(1).max(127).optional(), setting: settingName.optional() })
    .optional(),
  since: versionText.optional().describe('Before this version its sockets do not ask.'),
});

/** A pool or framework puts another entry on the same connection. */
const bringsSchema = z.strictObject({
  client: entryId,
  schemes: z.array(text).max(20).default([]).describe('Connection strings for which it does.'),
  when: z
    .array(
      z.strictObject({
        property: text,
        contains: text.optional(),
        naming: z.enum(['Exact', 'Spring', 'MicroProfile', 'Micronaut']).default('Exact'),
      }),
    )
    .max(4)
    .default([])
    .describe('Only when one of these properties is set so.'),
  since: versionText.optional(),
  until: versionText.optional(),
  version: versionText.optional().describe('Version of that client that it brings.'),
  basis: z.enum(['Evidence', 'Assumption']).default('Evidence'),
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
  env: z.array(text).max(60).default([]),
  properties: z.array(text).max(60).default([]),
  images: z
    .array(text)
    .max(40)
    .default([])
    .describe('Last parts of an image name without tag, such as postgres or bitnami/redis.'),
  commands: z.array(text).max(40).default([]).describe('Base name of the program that runs.'),
  artefacts: z
    .array(text)
    .max(40)
    .default([])
    .describe('Base name of a jar, wheel, gem or package in command or arguments, without version.'),
  files: z.array(text).max(20).default([]).describe('Base name of a configuration file that only it reads.'),
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
  kind: z.enum([
    'Driver',
    'Pool',
    'Framework',
    'HttpClient',
    'MessagingClient',
    'Runtime',
    'Server',
    'Proxy',
    'Application',
  ]),
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
      defaultHost: text.optional(),
      defaultPort: z.number().int().min(1).max(65535).optional(),
    })
    .optional()
    .describe('Where it connects to, when no connection string says so.'),
  serves: z
    .strictObject({
      ports: z.array(z.number().int().min(1).max(65535)).max(10).default([]),
      port: z.array(formSchema).max(10).default([]),
    })
    .optional()
    .describe('Servers: ports on which it accepts connections.'),
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
  settings: z.array(settingSchema).max(60).default([]),
  keepAlive: keepAliveSchema
    .optional()
    .describe('None: it opens no socket of its own (a pool, a framework).'),
  limits: z.array(limitSchema).max(20).default([]),
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
    .describe('Whether it learns of a close that arrives while idle: first whose conditions hold.'),
  listens: z.enum(['Never', 'Always', 'Sometimes']).default('Never'),
  inFront: z
    .strictObject({
      schemes: z.array(text).max(20).default([]),
      clients: z.array(entryId).max(40).default([]),
    })
    .optional()
    .describe('Pools: the connections in front of which it sits.'),
  brings: z
    .array(bringsSchema)
    .max(20)
    .default([])
    .describe('Frameworks: the pool or driver that they put there.'),
  remedies: z.array(remedySchema).max(10).default([]),
  caveats: z.array(z.string().max(600)).max(12).default([]),
  confidence: z.enum(['High', 'Medium', 'Low']),
  sources: z.array(sourceSchema).min(1).max(24),
});

export type ClientEntry = z.infer<typeof clientEntrySchema>;
export type ClientSetting = z.infer<typeof settingSchema>;
export type SettingForm = z.infer<typeof formSchema>;
export type ClientLimit = z.infer<typeof limitSchema>;
export type SettingCondition = z.infer<typeof conditionSchema>;
export type Quantity = z.infer<typeof quantitySchema>;
