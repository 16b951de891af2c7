import { isIP } from 'node:net';
import { z } from 'zod';
import { OPTION_ROWS, type OptionRow } from './option-table.ts';

/** A whole number in text; one message whatever is wrong with it. */
function whole(
  what: string,
  least: number,
  most: number,
): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  const allowed = `must be ${what} from ${least} to ${most}`;
  return z.string().transform((text, context) => {
    const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    context.issues.push({ code: 'custom', message: allowed, input: text });
    return z.NEVER;
  });
}

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const NAMESPACE = new RegExp(`^${LABEL}$`);
/** A DNS name or an IP address of either kind, loosely: what is wrong with it the certificate would not cover. */
const HOST = /^(?:[A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45})$/;

const port = whole('a port', 0, 65_535);
const name = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'must be the name of an object');
const file = z.string().min(1, 'must be the path of a file').max(4096, 'must be the path of a file');

/** Items separated by commas; spaces around them and empty ones do not count. */
function list(item: RegExp, what: string): z.ZodPipe<z.ZodString, z.ZodTransform<readonly string[], string>> {
  return z.string().transform((text, context) => {
    const items = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const wrong = items.find((part) => !item.test(part));
    if (wrong === undefined) return Object.freeze(items);
    context.issues.push({ code: 'custom', message: `must be ${what}, separated by commas`, input: text });
    return z.NEVER;
  });
}

const shared = {
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']),
  logFormat: z.enum(['Json', 'Text']),
  kubeconfig: file.optional(),
  namespace: z.string().regex(NAMESPACE, 'must be the name of a namespace'),
  podName: name.optional(),
  excludedNamespaces: list(NAMESPACE, 'names of namespaces'),
  clusterDomain: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be a domain such as cluster.local'),
  readSecrets: z.enum(['Off', 'On']),
  configReadTimeout: whole('milliseconds', 50, 10_000),
  compareInterval: whole('milliseconds', 60_000, 86_400_000),
  metricsPort: port,
  bindAddress: z.string().refine((text) => isIP(text) !== 0, 'must be an IP address'),
};

const webhookSchema = z.object({
  ...shared,
  port,
  serviceName: name,
  certificateSource: z.enum(['Self', 'Files']),
  certificateSecret: name,
  webhookConfiguration: name,
  certificateNames: list(HOST, 'host names or IP addresses'),
  certificateFile: file,
  keyFile: file,
});

const controllerSchema = z
  .object({
    ...shared,
    leaderElection: z.enum(['On', 'Off']),
    lease: name,
    leaseDuration: whole('milliseconds', 1000, 3_600_000),
    leaseRenewWithin: whole('milliseconds', 1000, 3_600_000),
    leaseRetry: whole('milliseconds', 100, 3_600_000),
  })
  .refine(({ leaseDuration, leaseRenewWithin }) => leaseRenewWithin < leaseDuration, {
    path: ['leaseRenewWithin'],
    message: 'must be less than --lease-duration',
  })
  .refine(({ leaseRenewWithin, leaseRetry }) => leaseRetry * 2 < leaseRenewWithin, {
    path: ['leaseRetry'],
    message: 'must be less than half of --lease-renew-within',
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
    const isFromEnv = flags[key] === undefined && fromEnv !== undefined && fromEnv !== '';
    origins.set(key, { row, from: isFromEnv ? row.env : row.flag });
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
  const given = String(values[key])
    .slice(0, 80)
    .replaceAll(/\p{Cc}/gu, ' ');
  return `${origin?.from ?? key}: ${allowed} (given: '${given}')`;
}
