/*
 * The main job, shown: a real kube-apiserver and etcd on loopback, Pathkeeper installed by its chart, and what a person sees
 * who applies policies and workloads with kubectl. Each command is shown as typed, with its real output; what must appear is
 * checked, so that a demo that shows something else fails. KEEP=1 leaves everything running until it is interrupted.
 */
import { startControlPlane, type ControlPlane } from '../controlplane/control-plane.ts';
import { runVerb } from '../controlplane/run-verb.ts';
import { createStage } from './stage.ts';
import { startPathkeeper, type PathkeeperProcess } from './start-pathkeeper.ts';
import { NAMESPACES, STORIES } from './stories.ts';

const KEEP = process.env['KEEP'] === '1';

async function tell(plane: ControlPlane, webhook: PathkeeperProcess): Promise<readonly string[]> {
  const stage = createStage(plane, webhook);
  const spaces = NAMESPACES.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const list = { apiVersion: 'v1', kind: 'List', items: spaces };
  const { code, stderr } = await plane.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(list) });
  if (code !== 0) throw new Error(`kubectl create: ${stderr}`);
  for (const story of STORIES) await story(stage);
  return stage.failures;
}

async function untilInterrupted(plane: ControlPlane): Promise<void> {
  console.log(`
Everything goes on running until you press Ctrl-C. In another terminal:

  export KUBECONFIG=${plane.kubeconfigPath}
  ${plane.binaries.kubectl} get npp -A`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  console.log('\nStopping.');
}

await runVerb(async () => {
  const began = performance.now();
  const plane = await startControlPlane();
  try {
    const pathkeeper = await startPathkeeper(plane);
    try {
      const ready = performance.now();
      const failures = await tell(plane, pathkeeper.webhook);
      const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(0);
      for (const failure of failures) console.error(`demo: ${failure}`);
      const how = failures.length === 0 ? 'All six stories went as they should' : 'Not as it should';
      console.log(`\n${how}, in ${seconds(ready)} s (${seconds(began)} s with the start of everything).`);
      if (failures.length > 0) process.exitCode = 1;
      if (KEEP) await untilInterrupted(plane);
    } finally {
      await pathkeeper.stop();
    }
  } finally {
    await plane.stop();
  }
}, 'demo');
