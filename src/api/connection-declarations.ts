import { z } from 'zod';

import { formed, labelName, port, seconds } from './field-schemas.ts';
import { keepAliveSchema } from './keep-alive-spec.ts';
import { readAnnotationList } from './read-annotation-list.ts';
import { withRules } from './rule.ts';

const settingValue = z.union([z.string(), z.number(), z.boolean()], {
  error: 'must be text, a number, true or false',
});
const SETTING_MAX_LENGTH = 1024;
const SETTINGS_MAX = 64;

const fields = z.strictObject({
  container: labelName(
    'Name of the container. Default: the first.',
    'declaration-container',
    'app',
  ).exactOptional(),
  client: formed('A client of the catalogue, with its version if known.', {
    id: 'declaration-client',
    pattern: '^[a-z0-9][-a-z0-9.]*(@[A-Za-z0-9][-+.A-Za-z0-9]*)?$',
    maxLength: 127,
    message:
      "must be the id of a client in the catalogue, such as 'pgjdbc', or 'pgjdbc@42.7' with its version",
  }).exactOptional(),
  host: formed('Host that the connection goes to, without scheme or port.', {
    id: 'declaration-host',
    pattern: '^[A-Za-z0-9_:.-]+$',
    maxLength: 253,
    message: "must be a host name or an address, such as 'db.corp.example': without scheme, port or path",
  }).exactOptional(),
  port: port('Port that the connection goes to.').exactOptional(),
  settings: withRules(z.record(z.string(), settingValue), {
    id: 'declaration-settings',
    message: `must have at most ${SETTINGS_MAX} settings of at most ${SETTING_MAX_LENGTH} characters`,
    check: (settings) =>
      Object.keys(settings).length <= SETTINGS_MAX &&
      Object.values(settings).every((value) => String(value).length <= SETTING_MAX_LENGTH),
  })
    .exactOptional()
    .describe("The client's settings by the names that the catalogue gives them."),
  use: z
    .enum(['Pooled', 'Listening'])
    .default('Pooled')
    .describe('Listening: it waits for messages (LISTEN, subscribe, watch).'),
  keepAlive: keepAliveSchema.exactOptional().describe('Keep-alive of its socket.'),
  heartbeatSeconds: seconds('It sends payload at least that often on a quiet connection.').exactOptional(),
  idleEvictionSeconds: seconds('It closes a connection that is idle for that long.').exactOptional(),
  maxLifetimeSeconds: seconds('It closes a connection of that age.').exactOptional(),
});

type Fields = z.infer<typeof fields>;

/** Whether it says how a client outside the catalogue behaves. */
function saysBehaviour({
  keepAlive,
  heartbeatSeconds,
  idleEvictionSeconds,
  maxLifetimeSeconds,
}: Fields): boolean {
  return [keepAlive, heartbeatSeconds, idleEvictionSeconds, maxLifetimeSeconds].some(
    (given) => given !== undefined,
  );
}

const BEHAVIOUR = '`keepAlive`, `heartbeatSeconds`, `idleEvictionSeconds` or `maxLifetimeSeconds`';

/** An entry of the annotation `pathkeeper.dev/connections`. */
export const declarationSchema = withRules(
  fields,
  {
    id: 'declaration-says-something',
    message: `must have \`client\`, or for a client outside the catalogue at least one of ${BEHAVIOUR}`,
    check: (declared) => declared.client !== undefined || saysBehaviour(declared),
  },
  {
    id: 'declaration-one-of',
    message: `\`client\` may not be given together with ${BEHAVIOUR}: those are for a client outside the catalogue; use \`settings\``,
    check: (declared) => declared.client === undefined || !saysBehaviour(declared),
  },
  {
    id: 'declaration-settings-need-client',
    message: '`settings` may only be given with `client`',
    check: ({ settings, client }) => settings === undefined || client !== undefined,
  },
  {
    id: 'declaration-port-needs-host',
    message: '`port` may only be given with `host`',
    check: (declared) => declared.port === undefined || declared.host !== undefined,
  },
);

/** A connection that no manifest shows, as an annotation declares it. */
export interface ConnectionDeclaration extends Readonly<Omit<Fields, 'client' | 'settings'>> {
  readonly client?: { readonly id: string; readonly version?: string };
  /** Values as text, whatever YAML made of them. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Declarations that can be read, each with its number from 1, and what is wrong with the others. */
export interface DeclarationReading {
  readonly declarations: readonly { readonly number: number; readonly declaration: ConnectionDeclaration }[];
  readonly problems: readonly string[];
}

/** Reads the annotation `pathkeeper.dev/connections`: a YAML list. */
export function readDeclarations(annotation: string): DeclarationReading {
  const { entries, problems } = readAnnotationList(
    annotation,
    declarationSchema,
    '`client`, `host`, `port` and `settings`',
  );
  const declarations = entries.map(({ number, value }) => ({ number, declaration: declarationOf(value) }));
  return { declarations, problems };
}

function declarationOf({ client, settings = {}, ...rest }: Fields): ConnectionDeclaration {
  const texts = Object.entries(settings).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    ...rest,
    ...(client === undefined ? {} : { client: clientOf(client) }),
    settings: Object.fromEntries(texts),
  };
}

function clientOf(written: string): { id: string; version?: string } {
  const at = written.indexOf('@');
  return at < 0 ? { id: written } : { id: written.slice(0, at), version: written.slice(at + 1) };
}
