import { z } from 'zod';
import { OPTION_ROWS, type OptionRow } from './option-table.ts';

const PORT_ALLOWED = 'must be a port from 0 to 65535';
const port = z.coerce.number(PORT_ALLOWED).int(PORT_ALLOWED).min(0, PORT_ALLOWED).max(65_535, PORT_ALLOWED);

const TIMEOUT_ALLOWED = 'must be milliseconds from 50 to 10000';
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const shared = {
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']),
  logFormat: z.enum(['Json', 'Text']),
  kubeconfig: z.string().min(1).optional(),
  namespace: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be the name of a namespace'),
  podName: z.string().max(253).optional(),
  excludedNamespaces: list,
  clusterDomain: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be a domain such as cluster.local'),
  readSecrets: z.enum(['Off', 'On']),
  configReadTimeout: z.coerce
    .number(TIMEOUT_ALLOWED)
    .int(TIMEOUT_ALLOWED)
    .min(50, TIMEOUT_ALLOWED)
    .max(10_000, TIMEOUT_ALLOWED),
  metricsPort: port,
  bindAddress: z.string().min(1),
};

const webhookSchema = z.object({
  ...shared,
  port,
  serviceName: z.string().min(1),
  certificateSource: z.enum(['Self', 'Files']),
  certificateSecret: z.string().min(1),
  webhookConfiguration: z.string().min(1),
  certificateNames: list,
  certificateFile: z.string().min(1),
  keyFile: z.string().min(1),
});

const controllerSchema = z.object({
  ...shared,
  leaderElection: z.enum(['On', 'Off']),
  lease: z.string().min(1),
});

/** What `pathkeeper webhook` is told. */
export type WebhookOptions = Readonly<z.infer<typeof webhookSchema>>;
/** What `pathkeeper controller` is told. */
export type ControllerOptions = Readonly<z.infer<typeof controllerSchema>>;

/** Options as given, or one line for each that is wrong. */
export type OptionsResult<T> = { readonly options: T } | { readonly problems: readonly string[] };

/** Flags as commander hands them over: camel case, text. */
export type GivenFlags = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export function readWebhookOptions(flags: GivenFlags, env: Environment): OptionsResult<WebhookOptions> {
  return read('webhook', webhookSchema, flags, env);
}

export function readControllerOptions(flags: GivenFlags, env: Environment): OptionsResult<ControllerOptions> {
  return read('controller', controllerSchema, flags, env);
}

/** The name under which commander hands a flag over. */
function optionKey(flag: string): string {
  return flag.slice(2).replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}

function read<T extends object>(
  command: OptionRow['commands'][number],
  schema: z.ZodType<T>,
  flags: GivenFlags,
  env: Environment,
): OptionsResult<T> {
  const values: Record<string, unknown> = {};
  const rows: readonly OptionRow[] = OPTION_ROWS;
  const origins = new Map<string, { row: OptionRow; from: string }>();
  for (const row of rows.filter(({ commands }) => commands.includes(command))) {
    const key = optionKey(row.flag);
    const fromEnv = env[row.env];
    const value = flags[key] ?? (fromEnv === '' ? undefined : fromEnv) ?? row.fallback;
    origins.set(key, { row, from: flags[key] === undefined ? row.env : row.flag });
    if (value !== undefined) values[key] = value;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return { options: Object.freeze(parsed.data) };
  return { problems: parsed.error.issues.map((issue) => describe(issue, origins, values)) };
}

function describe(
  issue: z.core.$ZodIssue,
  origins: ReadonlyMap<string, { row: OptionRow; from: string }>,
  values: Readonly<Record<string, unknown>>,
): string {
  const key = String(issue.path[0]);
  const origin = origins.get(key);
  const allowed =
    origin?.row.choices === undefined ? issue.message : `must be ${origin.row.choices.join(' or ')}`;
  return `${origin?.from ?? key}: ${allowed} (given: '${String(values[key]).slice(0, 80)}')`;
}
