import { type ClusterAccess, CommandFailure } from '../controlplane/cluster-access.ts';
import { projectRoot } from '../controlplane/project-root.ts';

/** Name of the release, and of the namespace that it is installed in. */
export const RELEASE = 'pathkeeper';
export const NAMESPACE = 'pathkeeper-system';

/** The chart's two Deployments. */
export type Component = 'webhook' | 'controller';

/** What a Deployment of the chart runs, made runnable on this machine. */
export interface Program {
  /** The script that Node.js is started with. */
  readonly script: string;
  readonly args: readonly string[];
  /** All variables, those from the downward API as the kubelet would fill them in. */
  readonly env: Readonly<Record<string, string>>;
}

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly EnvironmentVariable[];
}

interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

/** Reads the stored Deployment. Throws where it runs something that cannot be run here. */
export async function readContainer(cluster: ClusterAccess, component: Component): Promise<Program> {
  const name = `${RELEASE}-${component}`;
  const deployment = (await readObject(cluster, ['deployment', name, '--namespace', NAMESPACE])) as {
    spec: { template: { spec: { containers: Container[] } } };
  };
  const [container] = deployment.spec.template.spec.containers;
  const [program, script = ''] = container?.command ?? [];
  if (container === undefined || program !== 'node' || !script.startsWith('/app/')) {
    throw new Error(`Deployment ${name} does not start node with a script of the image`);
  }
  return {
    script: script.replace(/^\/app\//, `${projectRoot()}/`),
    args: container.args,
    env: Object.fromEntries(container.env.map((variable) => [variable.name, valueOf(variable, name)])),
  };
}

function valueOf({ name, value, valueFrom }: EnvironmentVariable, deployment: string): string {
  // An empty text is not stored.
  if (valueFrom === undefined) return value ?? '';
  const fields: Readonly<Record<string, string>> = {
    'metadata.namespace': NAMESPACE,
    'metadata.name': `${deployment}-5d9c7b8f6-x2x4z`,
  };
  const field = fields[valueFrom.fieldRef?.fieldPath ?? ''];
  if (field === undefined) throw new Error(`variable ${name} has a source that only a kubelet has`);
  return field;
}

/**
 * Puts an address of this machine in the place of the Service in the chart's webhook configurations; with `undefined` the
 * Service again.
 */
export async function pointWebhooksAt(cluster: ClusterAccess, port: number | undefined): Promise<void> {
  for (const kind of ['validatingwebhookconfiguration', 'mutatingwebhookconfiguration']) {
    const { webhooks } = (await readObject(cluster, [kind, RELEASE])) as {
      webhooks: { clientConfig: { service?: { path?: string }; url?: string } }[];
    };
    const operations = webhooks.flatMap(({ clientConfig: { service, url } }, index) => {
      const at = `/webhooks/${index}/clientConfig`;
      const path = service?.path ?? new URL(url ?? '').pathname;
      const toService = { name: `${RELEASE}-webhook`, namespace: NAMESPACE, path, port: 443 };
      return [
        { op: 'remove', path: `${at}/${service === undefined ? 'url' : 'service'}` },
        port === undefined
          ? { op: 'add', path: `${at}/service`, value: toService }
          : { op: 'add', path: `${at}/url`, value: `https://127.0.0.1:${port}${path}` },
      ];
    });
    const patch = ['patch', kind, RELEASE, '--type=json', '--patch', JSON.stringify(operations)];
    const result = await cluster.kubectl(patch);
    if (result.code !== 0) throw new CommandFailure(`kubectl patch ${kind}`, result);
  }
}

async function readObject(cluster: ClusterAccess, what: readonly string[]): Promise<unknown> {
  const result = await cluster.kubectl(['get', ...what, '--output=json']);
  if (result.code !== 0) throw new CommandFailure(`kubectl get ${what.join(' ')}`, result);
  return JSON.parse(result.stdout);
}
