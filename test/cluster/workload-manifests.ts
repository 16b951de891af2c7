/** The smallest workloads that the API server takes; the image is never pulled, since there are no nodes. */
const template = (restartPolicy: 'Always' | 'Never') => ({
  metadata: { labels: { app: 'idle' } },
  spec: { restartPolicy, containers: [{ name: 'app', image: 'registry.example/idle:1' }] },
});

const selector = { matchLabels: { app: 'idle' } };

export function deployment(name: string, replicas: number): string {
  const spec = { replicas, selector, template: template('Always') };
  return JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec });
}

export function statefulSet(name: string): string {
  const spec = { replicas: 1, serviceName: name, selector, template: template('Always') };
  return JSON.stringify({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name }, spec });
}

export function job(name: string): string {
  const spec = { template: template('Never') };
  return JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec });
}
