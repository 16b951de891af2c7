// Keeps a control plane running until it is interrupted: node build/test/controlplane/start.js
// Standard output gets one line, the path of the administrator's kubeconfig.
import { startControlPlane } from './control-plane.ts';
import { runVerb } from './run-verb.ts';

await runVerb(async () => {
  const start = performance.now();
  const plane = await startControlPlane();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.error(`Kubernetes ${plane.kubernetes} at ${plane.url}, ready after ${seconds} s. Ctrl-C ends it.`);
  console.error(`  export KUBECONFIG=${plane.kubeconfigPath}`);
  console.error(`  ${plane.binaries.kubectl} get namespaces`);
  console.log(plane.kubeconfigPath);

  const { promise: interrupted, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  await interrupted;
  await plane.stop();
});
