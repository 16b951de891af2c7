import { z } from 'zod';
import { versionText } from './source.ts';

/*
 * How a client's settings are written, what their values mean, and the conditions and quantities built on them.
 * Part of the format of a client (client-entry.ts): no unions, no floats, values as the text that a user writes.
 */

/** A setting's name, as its documentation writes it. */
export const settingName = z.string().min(1).max(120);
/** A name or value as the user writes it. */
export const text = z.string().max(200);

const unit = z.enum(['Milliseconds', 'Seconds', 'Minutes', 'Hours', 'Days']);

/** The rules by which an ecosystem maps one property name to others. */
export const naming = z.enum(['Exact', 'Spring', 'SpringMap', 'MicroProfile', 'Micronaut']);

/**
 * One way in which a setting can be given. Exactly one of the members that name a place is set.
 * `property` is the ecosystem's own property name; `naming` says by which rules it may be written elsewhere:
 * - `Exact`: as it stands, in properties files and as a JVM system property, nowhere else.
 * - `Spring`: environment (dashes dropped or turned into underscores), YAML, JSON in SPRING_APPLICATION_JSON,
 *   system property, --argument; any of kebab-case, camelCase and underscores in files.
 * - `SpringMap`: as Spring, but the last part is the key of a map: never from the environment, which loses its case.
 * - `MicroProfile`: environment (every other character an underscore, upper case), YAML, system property.
 * - `Micronaut`: environment (underscores stand for dots and dashes), YAML, system property.
 * A part that is `*` stands for any one part: the name of one of several connections.
 */
export const formSchema = z
  .strictObject({
    urlParameter: text
      .optional()
      .describe('Query parameter of a URL, or keyword of a connection string (libpq, ADO.NET, ODBC, DSN).'),
    descriptor: text.optional().describe('Key of an Oracle connect descriptor, such as ENABLE.'),
    sessionOption: text
      .optional()
      .describe(
        'PostgreSQL server parameter that the client asks for: -c name=value in PGOPTIONS or `options`.',
      ),
    scheme: text
      .optional()
      .describe('Scheme of the connection string, such as rediss: by itself it means `value`.'),
    property: text
      .optional()
      .describe('Property name as documented, such as spring.datasource.hikari.idle-timeout.'),
    systemProperty: text
      .optional()
      .describe('JVM system property: -Dname=value in arguments or JAVA_TOOL_OPTIONS.'),
    env: text.optional().describe('Environment variable, exact name.'),
    jsonKey: text
      .optional()
      .describe(
        'With env or urlParameter: key of the JSON object (or Python dict) that it holds; dots go deeper.',
      ),
    flag: text
      .optional()
      .describe(
        'Command line flag with its dashes, such as --idle-timeout, or `-c name` for `-c name=value`.',
      ),
    fileKey: text
      .optional()
      .describe(
        'Key of the configuration file named by `file`; dots go deeper, an INI section or a block counts as a level, * is any one level; lower case where the program reads names in any case (sqlnet.ora, postgresql.conf).',
      ),
    file: text
      .optional()
      .describe('With fileKey: base name of the file, such as sqlnet.ora; * allowed at one end.'),
    naming: naming.default('Exact').describe('With property: the rules by which the ecosystem maps names.'),
    given: text
      .optional()
      .describe(
        'The text that stands for `value` in this form, where they differ (ENABLE=BROKEN means true).',
      ),
    value: text.optional().describe('With given or scheme: the value of the setting that it means.'),
    unit: unit.optional().describe('Unit of a bare number in this form, where it differs.'),
    since: versionText.optional(),
    until: versionText.optional().describe('First version in which it no longer holds.'),
  })
  .refine(
    (form) =>
      [
        form.urlParameter,
        form.descriptor,
        form.sessionOption,
        form.scheme,
        form.property,
        form.systemProperty,
        form.env,
        form.flag,
        form.fileKey,
      ].filter((member) => member !== undefined).length === 1,
    'exactly one of urlParameter, descriptor, sessionOption, scheme, property, systemProperty, env, flag, fileKey',
  );

/** What a special value means instead of a number. Unlimited is more than any number. */
const meaning = z.enum(['Off', 'KernelDefault', 'Unlimited', 'Default']);

const defaultSchema = z
  .strictObject({
    value: text.optional(),
    sameAs: settingName.optional().describe('The value of this other setting.'),
    since: versionText.optional(),
    until: versionText.optional(),
  })
  .refine(
    (entry) => (entry.value === undefined) !== (entry.sameAs === undefined),
    'exactly one of value and sameAs',
  );

/** One setting that bears on silence. A setting without `given` is fixed or set only in code (`usuallySetIn`). */
export const settingSchema = z.strictObject({
  name: settingName.describe('Name as its documentation writes it.'),
  type: z.enum(['Boolean', 'Integer', 'Duration', 'Text']),
  unit: unit
    .optional()
    .describe(
      'Duration: unit of a bare number. Suffixes (s, m, ms, ISO 8601, Go) are understood in addition where `suffixes` says so.',
    ),
  suffixes: z.enum(['None', 'Simple', 'Go', 'Iso8601', 'Any']).default('None'),
  given: z
    .array(formSchema)
    .max(30)
    .default([])
    .describe('Where it can be given, first wins. None: a constant, or only in code.'),
  defaults: z
    .array(defaultSchema)
    .max(8)
    .default([])
    .describe('Default by version; none: no value unless given.'),
  special: z
    .array(z.strictObject({ value: text, means: meaning }))
    .max(8)
    .default([]),
  negative: meaning.optional().describe('What any negative number means.'),
  minimums: z
    .array(
      z.strictObject({
        value: z.number().int().min(0).max(2_147_483_647),
        below: z.enum(['Off', 'Default', 'Minimum', 'Refused']),
        since: versionText.optional(),
        until: versionText.optional(),
      }),
    )
    .max(4)
    .default([])
    .describe(
      'Least number accepted, in `unit`, by version, and what becomes of a lesser one (specials aside).',
    ),
  usuallySetIn: z
    .enum(['Configuration', 'Code', 'Peer'])
    .default('Configuration')
    .describe(
      'Code: applications usually set it in code. Peer: the far end proposes it. In both cases the default is an assumption.',
    ),
  since: versionText.optional(),
  until: versionText.optional(),
});

/** A number of seconds: literal, or from a setting of this entry. Exactly one of `seconds` and `setting`. */
export const quantitySchema = z
  .strictObject({
    seconds: z.number().int().min(0).max(31_536_000).optional(),
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

/**
 * A condition on a setting of this entry. All members given must hold. Numbers are in the setting's own unit;
 * a setting without a value meets none but `given: No` and `notEquals`.
 */
export const conditionSchema = z.strictObject({
  setting: settingName,
  equals: text.optional(),
  notEquals: text.optional(),
  above: z.number().int().min(-1).max(2_147_483_647).optional(),
  below: z.number().int().min(0).max(2_147_483_647).optional(),
  belowSetting: settingName.optional().describe('Its number is less than that of this other setting.'),
  given: z.enum(['Yes', 'No']).optional().describe('Whether it is given at all.'),
});

export type ClientSetting = z.infer<typeof settingSchema>;
export type SettingForm = z.infer<typeof formSchema>;
export type SettingCondition = z.infer<typeof conditionSchema>;
export type Quantity = z.infer<typeof quantitySchema>;
