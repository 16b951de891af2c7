/*
 * The main job, shown: a real kube-apiserver and etcd on loopback, Pathkeeper installed by its chart, and what a person sees
 * who applies policies and workloads with kubectl. Each command is shown as typed, with its real output; what must appear is
 * checked, so that a demo that shows something else fails. KEEP=1 leaves everything running until it is interrupted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startControlPlane, type ControlPlane } from '../controlplane/control-plane.ts';
import { projectRoot } from '../controlplane/project-root.ts';
import { startPathkeeper } from './start-pathkeeper.ts';

const bold = process.stdout.isTTY
  ? (text: string): string => `\u001b[1m${text}\u001b[22m`
  : (text: string): string => text;
const dim = process.stdout.isTTY
  ? (text: string): string => `\u001b[2m${text}\u001b[22m`
  : (text: string): string => text;

/** What a step must show, or must not; the demo fails where it does not. */
interface Expectation {
  readonly shows?: readonly RegExp[];
  readonly hides?: readonly RegExp[];
  readonly code?: number;
}

const failures: string[] = [];

function say(text: string): void {
  console.log(`\n${text}`);
}

function story(number: number, title: string): void {
  console.log(`\n${bold(`${number}. ${title}`)}`);
}

function createStage(plane: ControlPlane) {
  const run = async (args: readonly string[]): Promise<{ code: number | null; output: string }> => {
    const { code, stdout, stderr } = await plane.kubectl(args, { cwd: projectRoot() });
    return { code, output: `${stderr}${stdout}`.trimEnd() };
  };
  const judge = (command: string, code: number | null, output: string, expectation: Expectation): void => {
    const { shows = [], hides = [], code: wanted = 0 } = expectation;
    if (code !== wanted) failures.push(`${command}: exit code ${code}, expected ${wanted}`);
    for (const pattern of shows)
      if (!pattern.test(output)) failures.push(`${command}: does not show ${pattern}`);
    for (const pattern of hides) if (pattern.test(output)) failures.push(`${command}: shows ${pattern}`);
  };
  return {
    /** Shows a command and its output. */
    async kubectl(line: string, expectation: Expectation = {}): Promise<void> {
      const { code, output } = await run(line.split(' '));
      console.log(`${dim('$')} ${bold(`kubectl ${line}`)}`);
      if (output !== '') console.log(output);
      judge(`kubectl ${line}`, code, output, expectation);
    },
    /** Repeats a command in silence until it shows what is expected (or time is up), and then shows it. */
    async kubectlUntil(line: string, expectation: Required<Pick<Expectation, 'shows'>>): Promise<void> {
      const began = performance.now();
      let { code, output } = await run(line.split(' '));
      while (
        performance.now() - began < 10_000 &&
        !expectation.shows.every((pattern) => pattern.test(output))
      ) {
        await delay(100);
        ({ code, output } = await run(line.split(' ')));
      }
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${dim('$')} ${bold(`kubectl ${line}`)}   ${dim(`(after ${seconds} s)`)}`);
      console.log(output);
      judge(`kubectl ${line}`, code, output, expectation);
    },
    async quietly(line: string): Promise<void> {
      const { code, output } = await run(line.split(' '));
      if (code !== 0) throw new Error(`kubectl ${line}: ${output}`);
    },
  };
}

async function tell(plane: ControlPlane): Promise<void> {
  const stage = createStage(plane);
  for (const namespace of ['orders', 'billing', 'shipping', 'shop', 'legacy']) {
    await stage.quietly(`create namespace ${namespace}`);
  }

  story(1, 'The firewall that forgets');
  say(`An application server keeps idle connections to a database on port 1521. The internal firewall forgets a connection
that is silent for 3600 s; the database host sends its first keep-alive after 7200 s. At night nothing is said, and the
first request in the morning hangs for a quarter of an hour. The network team writes down what it knows:`);
  await stage.kubectl('apply -f examples/1-oracle-firewall-policy.yaml', { shows: [/created/] });
  say(
    'and the deployment that would have failed at night is refused in the afternoon, with the line to change:',
  );
  await stage.kubectl('apply -f examples/1-oracle-orders.yaml', {
    code: 1,
    shows: [/NPP1001/, /internal-firewall/, /3600 s/, /7200 s/, /15 min 25 s/, /oracle\.net\.keepAlive=true/],
  });
  say('With that line it is accepted in silence:');
  await stage.kubectl('apply -f examples/1-oracle-orders-fixed.yaml', {
    shows: [/created/],
    hides: [/Warning/],
  });
  await stage.kubectlUntil('get networkpathpolicies -n orders', {
    shows: [/orders-to-oracle\s+1\s+0\s+True/],
  });

  story(2, 'What was running already');
  say('Two services run before anybody describes their path. No admission happens to them any more.');
  await stage.kubectl('apply -f examples/2-billing-running.yaml', {
    shows: [/billing created/],
    hides: [/Warning/],
  });
  await delay(500);
  say('Whoever applies the policy is told what it finds, and its status names them:');
  await stage.kubectl('apply -f examples/2-nat-policy.yaml', {
    shows: [/2 at risk/, /Deployment billing\/billing/],
  });
  await stage.kubectlUntil(
    'get npp nat -n billing -o jsonpath={.status.conditions[?(@.type=="Compliant")].message}',
    {
      shows: [/2 workloads at risk/],
    },
  );
  await stage.kubectlUntil(
    'get events -n billing --field-selector type=Warning -o custom-columns=OBJECT:.involvedObject.name,REASON:.reason,MESSAGE:.message',
    {
      shows: [/billing\s+KeepAliveTooLate\s+\[NPP1001\]/],
    },
  );
  say(
    'The first is mended, and the status follows. The other shows nothing; that verdict rests on an assumption, and says so:',
  );
  await stage.kubectl('apply -f examples/2-billing-fixed.yaml', {
    shows: [/configured/],
    hides: [/Warning/],
  });
  await stage.kubectlUntil('get npp nat -n billing -o jsonpath={.status.worst}', {
    shows: [/^\[\{"basis":"Assumption"[^}]*"name":"exporter"[^}]*\}\]$/],
  });

  story(3, 'The setting that does nothing');
  say(
    'idleTimeout of four minutes looks right for a NAT gateway that forgets after 350 s. With a pool of fixed size it never acts:',
  );
  await stage.kubectl('apply -f examples/3-nat-policy.yaml');
  await stage.kubectl('apply -f examples/3-hikari.yaml', {
    shows: [/NPP1003/, /maxLifetime/, /keepalive-time=240000/, /NPP4002/],
  });
  say('The ConfigMap is changed as the message says; no Deployment is touched, and the status follows:');
  await stage.kubectl('apply -f examples/3-hikari-fixed.yaml', { shows: [/configured/] });
  await stage.kubectlUntil('get npp -n shipping', { shows: [/nat\s+1\s+0\s+True/] });

  story(4, 'The other way round: 502 behind a load balancer');
  say(
    'A server that closes idle connections after 5 s, behind a load balancer that keeps them for reuse for 60 s:',
  );
  await stage.kubectl('apply -f examples/4-load-balancer-policy.yaml');
  await stage.kubectl('apply -f examples/4-web.yaml', { shows: [/NPP2002/, /5 s/, /60 s/, /502/] });

  story(5, 'Mended at admission');
  say('A policy may ask for the keep-alive sysctls to be put in where they help and nobody set them:');
  await stage.kubectl('apply -f examples/5-remediate-policy.yaml');
  await stage.kubectl('apply -f examples/5-legacy.yaml', { hides: [/Warning/] });
  await stage.kubectl(
    'get deployment ledger -n legacy -o jsonpath={.spec.template.spec.securityContext.sysctls}',
    {
      shows: [/tcp_keepalive_time","value":"240/],
    },
  );
  console.log('');

  story(6, 'Waivers, and a slip of the finger');
  say('Known and accepted for a while, with a reason and a day on which it ends:');
  await stage.kubectl('apply -f examples/6-waiver.yaml', {
    shows: [/orders-legacy created/],
    hides: [/Forbidden/],
  });
  await stage.kubectl(
    'get deployment orders-legacy -n orders -o jsonpath={.metadata.annotations.pathkeeper\\.dev/findings}',
    {
      shows: [/NPP1001.*waived/],
    },
  );
  console.log('');
  say('A device that the catalogue does not know is refused, with what was probably meant:');
  await stage.kubectl('apply -f examples/6-wrong-device.yaml', {
    code: 1,
    shows: [/aws-nat-gatway/, /did you mean 'aws-nat-gateway'/],
  });
}

async function untilInterrupted(plane: ControlPlane): Promise<void> {
  console.log(`\nEverything is left running until you press Ctrl-C. In another terminal:\n`);
  console.log(`  export KUBECONFIG=${plane.kubeconfigPath}`);
  console.log(`  ${plane.binaries.kubectl} get npp -A`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

const began = performance.now();
const plane = await startControlPlane();
try {
  const pathkeeper = await startPathkeeper(plane);
  try {
    await tell(plane);
    if (process.env['KEEP'] === '1') await untilInterrupted(plane);
  } finally {
    await pathkeeper.stop();
  }
} finally {
  await plane.stop();
}
for (const failure of failures) console.error(`demo: ${failure}`);
console.log(
  `\n${failures.length === 0 ? 'All six stories went as they should' : 'Not as it should'}, in ${((performance.now() - began) / 1000).toFixed(0)} s.`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
