import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { issueClient, type KeyPair } from './certificates.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type CommandOptions, type CommandResult, runCommand } from './run-command.ts';
import type { Binaries } from './versions.ts';

/** What one must know to use a running control plane; plain data, so that it can be handed to another process. */
export interface ClusterState {
  /** The version of Kubernetes, without a `v`. */
  readonly kubernetes: string;
  /** The API server's address. */
  readonly url: string;
  /** The control plane's folder: data, logs, kubeconfigs. It is deleted when the control plane stops. */
  readonly folder: string;
  /** The kubeconfig of an administrator (system:masters), with everything in one file. */
  readonly kubeconfigPath: string;
  /** Where kubectl, helm and the servers' programs lie. */
  readonly binaries: Binaries;
  /** The certificate authority that signs the API server and its users; tests may sign with it. */
  readonly authority: KeyPair;
  /** The API server's audit log (level Metadata, writes only), one JSON object a line. */
  readonly auditLogFile: string;
  /** Whether the controllers run that make Pods, and a service account for each namespace. */
  readonly controllers: boolean;
}

/** A running control plane, as its users see it. */
export interface ClusterAccess extends ClusterState {
  /** Runs kubectl as the administrator, or with `options.kubeconfig`. */
  readonly kubectl: (args: readonly string[], options?: ToolOptions) => Promise<CommandResult>;
  /** Runs helm as the administrator, or with `options.kubeconfig`. */
  readonly helm: (args: readonly string[], options?: ToolOptions) => Promise<CommandResult>;
  /**
   * Makes a namespace whose name begins with `prefix` and is unlike any other, and waits until Pods can be made in
   * it (until its default service account is there). Returns the name.
   */
  readonly createNamespace: (prefix: string, labels?: Readonly<Record<string, string>>) => Promise<string>;
  /** A kubeconfig for a user with a client certificate. He may do only what RBAC gives him or his groups. */
  readonly userKubeconfig: (user: string, groups?: readonly string[]) => Promise<string>;
  /** A kubeconfig with a token of an existing service account, good for a day. */
  readonly serviceAccountKubeconfig: (namespace: string, name: string) => Promise<string>;
}

export interface ToolOptions extends CommandOptions {
  readonly kubeconfig?: string;
}

/** A kubectl or helm that had to succeed and did not. */
export class CommandFailure extends Error {
  readonly result: CommandResult;

  constructor(command: string, result: CommandResult) {
    super(`${command} ended with ${result.code}: ${(result.stderr || result.stdout).trim()}`);
    this.result = result;
  }
}

const SERVICE_ACCOUNT_WAIT_MS = 30_000;

export function accessCluster(state: ClusterState): ClusterAccess {
  const run = (tool: 'kubectl' | 'helm', args: readonly string[], options: ToolOptions = {}) =>
    runCommand(state.binaries[tool], args, {
      ...options,
      env: { ...toolEnvironment(state, options.kubeconfig), ...options.env },
    });
  const kubectl: ClusterAccess['kubectl'] = (args, options) => run('kubectl', args, options);
  return {
    ...state,
    kubectl,
    helm: (args, options) => run('helm', args, options),
    createNamespace: (prefix, labels) => createNamespace(state, kubectl, prefix, labels ?? {}),
    userKubeconfig: async (user, groups = []) => {
      const path = await newKubeconfigPath(state);
      const credentials = await issueClient(state.authority, user, groups);
      await writeKubeconfig(path, state.url, state.authority.certificate, credentials);
      return path;
    },
    serviceAccountKubeconfig: async (namespace, name) => {
      const token = await must(kubectl, [
        'create',
        'token',
        name,
        `--namespace=${namespace}`,
        '--duration=24h',
      ]);
      const path = await newKubeconfigPath(state);
      await writeKubeconfig(path, state.url, state.authority.certificate, { token: token.trim() });
      return path;
    },
  };
}

/** The tools keep their caches and settings in the control plane's folder, not in the person's home. */
function toolEnvironment(state: ClusterState, kubeconfig = state.kubeconfigPath): Record<string, string> {
  return {
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(state.folder, 'kubectl-cache'),
    HELM_CACHE_HOME: join(state.folder, 'helm', 'cache'),
    HELM_CONFIG_HOME: join(state.folder, 'helm', 'config'),
    HELM_DATA_HOME: join(state.folder, 'helm', 'data'),
  };
}

async function createNamespace(
  state: ClusterState,
  kubectl: ClusterAccess['kubectl'],
  prefix: string,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  const name = `${prefix}-${randomBytes(4).toString('hex')}`;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await must(kubectl, ['create', '-f', '-'], { stdin: JSON.stringify(namespace) });
  if (state.controllers) await waitForServiceAccount(kubectl, name);
  return name;
}

/** Returns once Pods can be made in the namespace; before that the API server refuses them. */
export async function waitForServiceAccount(
  kubectl: ClusterAccess['kubectl'],
  namespace: string,
): Promise<void> {
  const deadline = performance.now() + SERVICE_ACCOUNT_WAIT_MS;
  for (;;) {
    const result = await kubectl(['get', 'serviceaccount', 'default', `--namespace=${namespace}`]);
    if (result.code === 0) return;
    if (performance.now() > deadline) throw new CommandFailure('waiting for the service account', result);
    await delay(50);
  }
}

async function must(
  kubectl: ClusterAccess['kubectl'],
  args: readonly string[],
  options?: ToolOptions,
): Promise<string> {
  const result = await kubectl(args, options);
  if (result.code !== 0) throw new CommandFailure(`kubectl ${args.join(' ')}`, result);
  return result.stdout;
}

async function newKubeconfigPath(state: ClusterState): Promise<string> {
  const folder = join(state.folder, 'users');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${randomBytes(6).toString('hex')}.kubeconfig`);
}
