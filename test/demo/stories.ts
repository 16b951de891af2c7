import type { Expectation, Stage } from './stage.ts';

/** The namespaces that the stories are set in. */
export const NAMESPACES = ['orders', 'billing', 'shipping', 'shop', 'legacy'] as const;

const A_POLICY: Expectation = { shows: [/created/], adds: { gauge: 'pathkeeper_policies', count: 1 } };

/** All stories, in the order in which they are told. Each needs its own namespace, and the sixth the first one's. */
export const STORIES: readonly ((stage: Stage) => Promise<void>)[] = [
  theFirewallThatForgets,
  whatWasRunningAlready,
  theSettingThatDoesNothing,
  theOtherWayRound,
  mendedAtAdmission,
  waiversAndSlips,
];

async function theFirewallThatForgets(stage: Stage): Promise<void> {
  stage.title('1. The firewall that forgets');
  stage.say(`An application server keeps idle connections to a database on port 1521. The firewall between them forgets a
connection that has been silent for 3600 s. The database host would speak up with its first keep-alive after 7200 s: an
hour too late. So at night the firewall forgets, both ends go on believing in their connection, and the first request of
the morning hangs for a quarter of an hour. The network team writes down what it knows of the path:`);
  await stage.run('kubectl apply -f examples/1-oracle-firewall-policy.yaml', A_POLICY);
  stage.say(
    'Now somebody deploys. What would have failed at night is refused in the afternoon, with what to change:',
  );
  await stage.run('kubectl apply -f examples/1-oracle-orders.yaml', {
    code: 1,
    shows: [/NPP1001/, /internal-firewall/, /3600 s/, /7200 s/, /15 min 25 s/, /oracle\.net\.keepAlive=true/],
  });
  stage.say('With that changed it is accepted, in silence:');
  await stage.run('kubectl apply -f examples/1-oracle-orders-fixed.yaml', {
    shows: [/created/],
    hides: [/Warning/],
  });
  await stage.runUntil('kubectl get networkpathpolicies -n orders', {
    shows: [/orders-to-oracle\s+1\s+0\s+True/],
  });
}

async function whatWasRunningAlready(stage: Stage): Promise<void> {
  stage.title('2. What was running already');
  stage.say(
    'Two services have been running for long when somebody describes their path. Nobody applies them again.',
  );
  await stage.run('kubectl apply -f examples/2-billing-running.yaml', {
    shows: [/billing created/],
    hides: [/Warning/],
    adds: { gauge: 'pathkeeper_workloads', count: 2 },
  });
  stage.say(
    'Everything in this namespace leaves through a NAT gateway: 350 s, then a reset. Who says so is told what that means:',
  );
  await stage.run('kubectl apply -f examples/2-nat-policy.yaml', {
    ...A_POLICY,
    shows: [/2 at risk/, /Deployment billing\/billing/],
  });
  stage.say('and from then on it stands in the status, and in the events of each workload:');
  await stage.runUntil(
    `kubectl get npp nat -n billing -o jsonpath='{.status.conditions[?(@.type=="Compliant")].message}'`,
    { shows: [/2 workloads at risk/] },
  );
  await stage.runUntil(
    'kubectl get events -n billing --field-selector type=Warning -o custom-columns=OBJECT:.involvedObject.name,MESSAGE:.message',
    { shows: [/billing\s+\[NPP1001\]/, /exporter\s+\[NPP1001\]/] },
  );
  stage.say(`The first is mended as it says, and the status follows. Of the other nothing can be seen: not what it connects to, nor
with which client. That it is at risk rests on an assumption (the kernel's own 7200 s), and the status says so:`);
  await stage.run('kubectl apply -f examples/2-billing-fixed.yaml', {
    shows: [/configured/],
    hides: [/Warning/],
  });
  await stage.runUntil(`kubectl get npp nat -n billing -o jsonpath='{.status.worst}'`, {
    shows: [/^\[\{"basis":"Assumption"[^}]*"name":"exporter"[^}]*\}\]$/],
  });
}

async function theSettingThatDoesNothing(stage: Stage): Promise<void> {
  stage.title('3. The setting that does nothing');
  stage.say(`Somebody knows of those 350 s and has set the pool's idleTimeout to four minutes. It looks right, and with a pool of fixed
size it never acts:`);
  await stage.run('kubectl apply -f examples/3-nat-policy.yaml', A_POLICY);
  await stage.run('kubectl apply -f examples/3-hikari.yaml', {
    shows: [/NPP1003/, /maxLifetime/, /keepalive-time=240000/, /NPP4002/],
  });
  stage.say(
    'The ConfigMap is changed as the message says. No Deployment is touched and nothing is admitted; the status follows:',
  );
  await stage.run('kubectl apply -f examples/3-hikari-fixed.yaml', { shows: [/configured/] });
  await stage.runUntil('kubectl get npp -n shipping', { shows: [/nat\s+1\s+0\s+True/] });
}

async function theOtherWayRound(stage: Stage): Promise<void> {
  stage.title('4. The other way round: 502');
  stage.say(`Behind a load balancer it is the server that must be patient. This one closes what is idle for 5 s; the load balancer
keeps connections for reuse for 60 s. Now and then it sends a request into one that is just closing:`);
  await stage.run('kubectl apply -f examples/4-load-balancer-policy.yaml', A_POLICY);
  await stage.run('kubectl apply -f examples/4-web.yaml', {
    shows: [/NPP2002/, /5 s/, /60 s/, /502/, /keepAliveTimeout = 70000/],
  });
}

async function mendedAtAdmission(stage: Stage): Promise<void> {
  stage.title('5. Mended at admission');
  stage.say(
    'Nobody builds this one any more. Its policy asks for the keep-alive sysctls to be put in where nobody set them:',
  );
  await stage.run('kubectl apply -f examples/5-remediate-policy.yaml', A_POLICY);
  await stage.run('kubectl apply -f examples/5-legacy.yaml', { shows: [/created/], hides: [/Warning/] });
  await stage.run(
    `kubectl get deployment ledger -n legacy -o jsonpath='{.spec.template.spec.securityContext.sysctls}'`,
    { shows: [/tcp_keepalive_time","value":"240/] },
  );
}

async function waiversAndSlips(stage: Stage): Promise<void> {
  stage.title('6. A waiver, and a slip of the finger');
  stage.say(
    'Known, and accepted until the vendor has mended it: a waiver has a reason, and a day on which it ends.',
  );
  await stage.run(`sed s/2027-02-28/${inThreeMonths()}/ examples/6-waiver.yaml | kubectl apply -f -`, {
    shows: [/orders-legacy created/],
    hides: [/Forbidden/],
  });
  await stage.run(
    `kubectl get deployment orders-legacy -n orders -o jsonpath='{.metadata.annotations.pathkeeper\\.dev/findings}'`,
    { shows: [/NPP1001.*waived/] },
  );
  stage.say('A device that the catalogue does not know is refused, with the one that was probably meant:');
  await stage.run('kubectl apply -f examples/6-wrong-device.yaml', {
    code: 1,
    shows: [/aws-nat-gatway/, /did you mean 'aws-nat-gateway'/],
  });
  stage.say('And all of it without a cluster, for the same files in CI:');
  await stage.run(
    'node build/src/main.js check examples/1-oracle-firewall-policy.yaml examples/1-oracle-orders.yaml',
    { code: 1, shows: [/NPP1001/, /oracle\.net\.keepAlive=true/] },
  );
}

/** Waivers end within a year: the day in the example is moved to one that is always ahead. */
function inThreeMonths(): string {
  return new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
}
