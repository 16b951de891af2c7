import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import type { CommandResult } from '../controlplane/run-command.ts';
import { metricOf, type RunningPathkeeper } from '../demo/start-pathkeeper.ts';

/** A policy's status, as far as the suites look at it. */
export interface StatusSeen {
  readonly observedGeneration?: number;
  readonly workloads?: Readonly<Record<string, number>>;
  readonly worst?: readonly { readonly name: string; readonly code: string; readonly verdict: string }[];
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
    readonly observedGeneration: number;
  }[];
}

/** Generous: a slow machine is no failure. The times that count are logged. */
const PATIENCE_MS = 60_000;

/** A control plane with Pathkeeper in it, for the suites that share it; what they do to it again and again. */
export class Installed {
  readonly plane: ControlPlane;
  readonly pathkeeper: RunningPathkeeper;

  constructor(plane: ControlPlane, pathkeeper: RunningPathkeeper) {
    this.plane = plane;
    this.pathkeeper = pathkeeper;
  }

  kubectl(args: readonly string[], stdin?: string): Promise<CommandResult> {
    return this.plane.kubectl(args, stdin === undefined ? {} : { stdin });
  }

  /** `kubectl apply` of objects, with more flags. */
  apply(objects: object | readonly object[], ...flags: readonly string[]): Promise<CommandResult> {
    const items = Array.isArray(objects) ? objects : [objects];
    const list = { apiVersion: 'v1', kind: 'List', items };
    return this.kubectl(['apply', '-f', '-', ...flags], JSON.stringify(list));
  }

  /** Applies a policy that is new, and waits until the webhook knows it: its watch hears of it a moment later. */
  async applyPolicy(policy: object): Promise<CommandResult> {
    const { webhook } = this.pathkeeper;
    const known = await metricOf(webhook, 'pathkeeper_policies');
    const result = await this.apply(policy);
    if (result.code !== 0) throw new Error(`the policy is refused: ${result.stderr}`);
    await until('the webhook knows the policy', async () => {
      return (await metricOf(webhook, 'pathkeeper_policies')) > known;
    });
    return result;
  }

  /** Deletes a policy, and waits until the webhook no longer knows it. */
  async deletePolicy(kind: string, name: string, namespace = ''): Promise<void> {
    const { webhook } = this.pathkeeper;
    const known = await metricOf(webhook, 'pathkeeper_policies');
    await this.kubectl(['delete', kind, name, '-n', namespace]);
    await until('the webhook no longer knows the policy', async () => {
      return (await metricOf(webhook, 'pathkeeper_policies')) < known;
    });
  }

  async get<T>(kind: string, namespace: string, name: string): Promise<T> {
    const { code, stdout, stderr } = await this.kubectl(['get', kind, name, '-n', namespace, '-o', 'json']);
    if (code !== 0) throw new Error(`kubectl get ${kind} ${name}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  async statusOf(namespace: string, name = 'nat', kind = 'npp'): Promise<StatusSeen> {
    return (await this.get<{ status?: StatusSeen }>(kind, namespace, name)).status ?? {};
  }

  /** Waits until the policy's status is as asked for; resolves with the milliseconds that took. */
  untilStatus(
    what: string,
    [namespace, name, kind]: readonly [namespace: string, name?: string, kind?: string],
    holds: (status: StatusSeen) => boolean,
  ): Promise<number> {
    return until(what, async () => holds(await this.statusOf(namespace, name, kind)));
  }

  async annotationsOf(namespace: string, name: string): Promise<Readonly<Record<string, string>>> {
    const { metadata } = await this.get<{ metadata: { annotations?: Record<string, string> } }>(
      'deployment',
      namespace,
      name,
    );
    return metadata.annotations ?? {};
  }

  /** Waits until the Deployment's first Pod is there. */
  async untilPods(namespace: string): Promise<void> {
    await until('there are Pods', async () => {
      return (await this.kubectl(['get', 'pods', '-n', namespace, '-o', 'name'])).stdout !== '';
    });
  }

  /** Reviews that the webhook has answered. */
  reviews(): Promise<number> {
    return metricOf(this.pathkeeper.webhook, 'pathkeeper_admission_reviews_total');
  }

  /** Whether the audit log has a write in this namespace that the webhook annotated so. */
  isAudited(namespace: string, annotation: string, value: string): boolean {
    const lines = readFileSync(this.plane.auditLogFile, 'utf8').split('\n');
    return lines
      .filter((line) => line.includes(`"${namespace}"`) && line.includes(annotation))
      .some((line) => {
        const { annotations } = JSON.parse(line) as { annotations?: Record<string, string> };
        return annotations?.[`workloads.pathkeeper.dev/${annotation}`] === value;
      });
  }
}

/** Repeats until it holds; resolves with the milliseconds that took. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  withinMs = PATIENCE_MS,
): Promise<number> {
  const began = performance.now();
  for (;;) {
    if (await holds()) return performance.now() - began;
    if (performance.now() - began > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(50);
  }
}
