// Only gets the programs of the control plane, and prints where they lie: node build/test/controlplane/obtain.js
import { obtainBinaries } from './obtain-binaries.ts';
import { runVerb } from './run-verb.ts';

await runVerb(async () => {
  for (const [name, path] of Object.entries(await obtainBinaries())) console.log(`${name}\t${path}`);
});
