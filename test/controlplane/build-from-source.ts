import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { lastLines } from './last-lines.ts';
import { type Progress, withHeartbeat } from './progress.ts';
import { projectRoot } from './project-root.ts';
import { runCommand } from './run-command.ts';
import type { Supervisor } from './supervisor.ts';
import { type BinaryName, pinnedVersion } from './versions.ts';

/** How one program is made from Go modules: the pins lie in `gobuild/<module>/`, beside this file's source. */
interface Recipe {
  readonly module: string;
  readonly package: string;
  /** Go variables to set, such as the version, which the modules themselves do not know. */
  readonly variables: Readonly<Record<string, string>>;
}

const MISSING_GO = `Go is not installed, and it is needed to build the control plane here: install Go 1.26 or newer
(https://go.dev/doc/install), or name a folder with kube-apiserver, etcd and kubectl in KUBEBUILDER_ASSETS.`;

/**
 * Builds one program with `go build` and writes it to `output`. The build is the supervisor's, so that it ends with
 * this process. Throws with the last lines of the compiler's words when it fails.
 */
export async function buildFromSource(
  name: BinaryName,
  kubernetes: string,
  output: string,
  supervisor: Supervisor,
  progress: Progress,
): Promise<void> {
  const recipe = recipeFor(name, kubernetes);
  const cwd = join(gobuildFolder(), recipe.module);
  if (!existsSync(join(cwd, 'go.sum'))) throw new Error(unknownVersion(kubernetes));
  await requireGo();
  const flags = Object.entries(recipe.variables).map(([variable, value]) => `-X ${variable}=${value}`);
  const logFile = join(supervisor.folder, `build-${name}.log`);
  const title = `building ${name} ${pinnedVersion(name, kubernetes)} from Go modules`;
  await withHeartbeat(progress, title, async () => {
    await supervisor.start({
      name: `build-${name}`,
      command: 'go',
      args: [
        'build',
        '-buildvcs=false',
        '-trimpath',
        '-ldflags',
        ['-s', '-w', ...flags].join(' '),
        '-o',
        output,
        recipe.package,
      ],
      cwd,
      logFile,
      // What a person has set for their own modules must not bend this build.
      env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    });
    const { code, how } = await supervisor.waitForExit(`build-${name}`);
    if (code !== 0) throw new Error(`${title} failed (${how}):\n${await lastLines(logFile, 30)}`);
  });
}

function recipeFor(name: BinaryName, kubernetes: string): Recipe {
  if (name === 'etcd') return { module: 'etcd', package: 'go.etcd.io/etcd/server/v3', variables: {} };
  if (name === 'helm') {
    const variable = 'helm.sh/helm/v3/internal/version.version';
    const version = `v${pinnedVersion('helm', kubernetes)}`;
    return { module: 'helm', package: 'helm.sh/helm/v3/cmd/helm', variables: { [variable]: version } };
  }
  return {
    module: `kubernetes-${kubernetes}`,
    package: `k8s.io/kubernetes/cmd/${name}`,
    variables: kubernetesVersionVariables(kubernetes),
  };
}

function kubernetesVersionVariables(kubernetes: string): Record<string, string> {
  const [major = '', minor = ''] = kubernetes.split('.');
  const variables = {
    gitVersion: `v${kubernetes}`,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'unknown',
  };
  return Object.fromEntries(
    Object.entries(variables).map(([variable, value]) => [
      `k8s.io/component-base/version.${variable}`,
      value,
    ]),
  );
}

function gobuildFolder(): string {
  return join(projectRoot(), 'test', 'controlplane', 'gobuild');
}

function unknownVersion(kubernetes: string): string {
  const prefix = 'kubernetes-';
  const known = readdirSync(gobuildFolder()).filter((folder) => folder.startsWith(prefix));
  return `Kubernetes ${kubernetes} cannot be built here; known: ${known.map((folder) => folder.slice(prefix.length)).join(', ')}`;
}

async function requireGo(): Promise<void> {
  try {
    await runCommand('go', ['version']);
  } catch (cause) {
    throw new Error(MISSING_GO, { cause });
  }
}
