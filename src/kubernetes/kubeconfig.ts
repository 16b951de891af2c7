import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import path from 'node:path';
import { parse } from 'yaml';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Credentials, Identity } from './credentials.ts';
import type { Time } from './time.ts';
import { Fault } from '../faults/fault.ts';
import { remembered } from './credentials.ts';

export interface KubeconfigSource {
  /** The files that KUBECONFIG names, in its order. */
  readonly files: readonly string[];
  /** Default: the current context of the files. */
  readonly context?: string | undefined;
}

/** Certificates that a kubeconfig names are files, and a plugin's token has an end: ask again after this. */
const IDENTITY_USE_MS = 60_000;

/**
 * A cluster as a kubeconfig describes it: where it is, and who we are there (certificates, tokens, OIDC, exec
 * plugins). This is what the client library is for. It is loaded here, and only when a kubeconfig is used:
 * importing it takes half a second and 85 MB or more, and a pod with a service account needs none of it.
 */
export async function readKubeconfig(
  source: KubeconfigSource,
  time: Time,
): Promise<{
  readonly server: string;
  readonly credentials: Credentials;
  readonly namespace: string | undefined;
}> {
  const { KubeConfig: Loader } = await import('@kubernetes/client-node');
  let config = load(Loader, source);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Fault('KubeconfigUnusable', 'the kubeconfig has no such context or cluster');
  const known = remembered(time, IDENTITY_USE_MS, () => identityOf(config));
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    credentials: {
      current: () => known.current(),
      forget: () => {
        known.forget();
        // Only reading it all again makes an exec plugin forget a token that has not reached its end.
        config = loadAgain(Loader, source) ?? config;
      },
    },
  };
}

function load(Loader: typeof KubeConfig, source: KubeconfigSource): KubeConfig {
  try {
    const [first, ...rest] = source.files.map((file) => loadFile(Loader, file));
    if (first === undefined) throw new Error('no kubeconfig was named');
    for (const config of rest) merge(first, config);
    if (source.context !== undefined) first.setCurrentContext(source.context);
    return first;
  } catch (cause) {
    throw new Fault('KubeconfigUnusable', `cannot read the kubeconfig ${source.files.join(', ')}`, { cause });
  }
}

/** The library reads `token-file`; what kubectl reads is called `tokenFile`, and is read again as it changes. */
function loadFile(Loader: typeof KubeConfig, file: string): KubeConfig {
  const config = new Loader();
  config.loadFromFile(file);
  const tokenFiles = readTokenFiles(readFileSync(file, 'utf8'));
  config.users = config.users.map((user) => {
    const tokenFile = tokenFiles.get(user.name);
    if (tokenFile === undefined) return user;
    const resolved = path.resolve(path.dirname(file), tokenFile);
    const { token: _unused, ...others } = user;
    return { ...others, authProvider: { name: 'tokenFile', config: { tokenFile: resolved } } };
  });
  return config;
}

function readTokenFiles(text: string): ReadonlyMap<string, string> {
  const users: unknown = (parse(text) as { users?: unknown } | null)?.users;
  const found = new Map<string, string>();
  for (const entry of Array.isArray(users) ? (users as readonly unknown[]) : []) {
    const { name, user } = entry as { name?: unknown; user?: { tokenFile?: unknown } | null };
    const tokenFile = user?.tokenFile;
    if (typeof name === 'string' && typeof tokenFile === 'string') found.set(name, tokenFile);
  }
  return found;
}

/** As kubectl does it: of two with the same name the first one counts. The library's own merge refuses that. */
function merge(into: KubeConfig, from: KubeConfig): void {
  const lacks = (list: readonly { readonly name: string }[]) => {
    return ({ name }: { readonly name: string }): boolean => !list.some((known) => known.name === name);
  };
  into.clusters = [...into.clusters, ...from.clusters.filter(lacks(into.clusters))];
  into.users = [...into.users, ...from.users.filter(lacks(into.users))];
  into.contexts = [...into.contexts, ...from.contexts.filter(lacks(into.contexts))];
  if (!into.currentContext) into.currentContext = from.currentContext;
}

function loadAgain(Loader: typeof KubeConfig, source: KubeconfigSource): KubeConfig | undefined {
  try {
    return load(Loader, source);
  } catch {
    return undefined;
  }
}

async function identityOf(config: KubeConfig): Promise<Identity> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const identity: Record<keyof Omit<Identity, 'headers'>, unknown> = {
    ca: options.ca,
    cert: options.cert,
    key: options.key,
    servername: options.servername,
    rejectUnauthorized: options.rejectUnauthorized,
    // Its own agent is only needed for a proxy; ours keeps connections alive.
    agent: config.getCurrentCluster()?.proxyUrl ? options.agent : undefined,
  };
  return { ...(identity as Omit<Identity, 'headers'>), headers: headersOf(options) };
}

function headersOf(options: RequestOptions): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value.trim();
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth, 'utf8').toString('base64')}`;
  }
  return headers;
}
