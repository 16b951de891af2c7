import { describe, expect, test } from '@jest/globals';
import type { WorkloadCircumstances } from '../../src/evaluation/path-model.ts';
import type { Setting } from '../../src/extraction/setting.ts';
import { judge } from './judging.ts';
import { byDefault, circumstances, hidden, hop, known, path, proxy, unrecognised } from './model-builders.ts';

const NAME = 'net.ipv4.tcp_keepalive_time';
const firewall = path([hop(3600)]);
const inbound = path([hop(3600)], { direction: 'Inbound' });

function pod(time: Setting<number>, changes: Partial<WorkloadCircumstances> = {}) {
  const { podKeepAlive } = circumstances();
  return { circumstances: { podKeepAlive: { ...podKeepAlive, time }, ...changes } };
}

const setTo = (seconds: number) => pod(known(seconds, NAME));

describe("a client that nobody recognises is taken to use its pod's keep-alive time", () => {
  test('7200 above the timeout: AtRisk by assumption, which is stated', () => {
    expect(judge(unrecognised(), firewall)).toMatchObject({
      verdict: 'AtRisk',
      reason: 'TooLate',
      basis: 'Assumption',
      assumption:
        "the client is not recognised: its connections are taken to send keep-alives at the pod's net.ipv4.tcp_keepalive_time, 7200 s",
      silenceSeconds: 7200,
      decidedBy: { kind: 'KeepAlive', name: NAME, from: 'pod' },
    });
  });

  test('a value that the pod set itself and that is late: AtRisk on evidence', () => {
    for (const seconds of [3600, 5000]) {
      const verdict = judge(unrecognised(), firewall, 'Pooled', setTo(seconds));
      expect(verdict).toMatchObject({ verdict: 'AtRisk', basis: 'Evidence' });
      expect(verdict).not.toHaveProperty('assumption');
    }
  });

  test('inside the margin: Marginal on the same terms', () => {
    expect(judge(unrecognised(), firewall, 'Pooled', setTo(3300))).toMatchObject({
      verdict: 'Marginal',
      basis: 'Evidence',
    });
    expect(judge(unrecognised(), path([hop(7500)]))).toMatchObject({
      verdict: 'Marginal',
      basis: 'Assumption',
    });
  });

  test('below the timeout: Protected by assumption, though the pod set it', () => {
    expect(judge(unrecognised(), firewall, 'Pooled', setTo(300))).toMatchObject({
      verdict: 'Protected',
      basis: 'Assumption',
      silenceSeconds: 300,
      silenceWithLossesSeconds: 375,
    });
    expect(judge(unrecognised(), path([hop(432_000)]))).toMatchObject({
      verdict: 'Protected',
      basis: 'Assumption',
    });
  });

  test('a policy can demand proof instead', () => {
    const demanding = path([hop(3600)], { keepAliveProof: 'Require' });
    expect(judge(unrecognised(), demanding, 'Pooled', setTo(300))).toMatchObject({
      verdict: 'Unknown',
      reason: 'ProofRequired',
    });
    expect(judge(unrecognised(), demanding)).toMatchObject({ verdict: 'AtRisk', basis: 'Assumption' });
  });

  test("the node's value of a hostNetwork pod cannot be seen", () => {
    expect(judge(unrecognised(), firewall, 'Pooled', pod(hidden(NAME)))).toMatchObject({
      verdict: 'Unknown',
      reason: 'SettingUnknown',
      missing: NAME,
    });
  });

  test('nor can its interval, which matters where losses are tolerated', () => {
    const { podKeepAlive } = setTo(300).circumstances;
    const veiled = {
      circumstances: { podKeepAlive: { ...podKeepAlive, interval: hidden<number>('tcp_keepalive_intvl') } },
    };
    expect(judge(unrecognised(), firewall, 'Pooled', veiled)).toMatchObject({
      verdict: 'Unknown',
      missing: 'tcp_keepalive_intvl',
    });
    const strict = path([hop(3600)], { lostProbes: 0 });
    expect(judge(unrecognised(), strict, 'Pooled', veiled).verdict).toBe('Protected');
  });

  test("the peer's keep-alive protects on evidence", () => {
    const peer = { keepAlive: { timeSeconds: 300, intervalSeconds: 75, probes: 9 } };
    expect(judge(unrecognised(), path([hop(3600)], { peer }), 'Pooled', pod(hidden(NAME)))).toMatchObject({
      verdict: 'Protected',
      basis: 'Evidence',
    });
  });

  test('its own keep-alive settings are not known and do not count', () => {
    const client = unrecognised({
      keepAlive: { enabled: known(true), time: known(1), interval: known(1), probes: known(1) },
    });
    expect(judge(client, firewall).silenceSeconds).toBe(7200);
  });
});

describe('where the keep-alive is not heard only payload could speak, which cannot be seen', () => {
  const deaf = path([hop(3600, { refreshedBy: 'Payload' })]);
  const behind = path([proxy(86_400, { timers: [{ kind: 'None' }] }), hop(3600, { name: 'far' })]);

  test.each(['Pooled', 'InUse', 'Listening'] as const)(
    'on a hop refreshed by payload it is Unknown (%s)',
    (state) => {
      for (const about of [setTo(300), setTo(7200), {}]) {
        expect(judge(unrecognised(), deaf, state, about)).toMatchObject({
          verdict: 'Unknown',
          reason: 'HeartbeatNotVisible',
          missing: 'heartbeat of the client',
        });
      }
    },
  );

  test('and so it is behind a proxy', () => {
    expect(judge(unrecognised(), behind, 'Pooled', { ...setTo(300), hop: 'far' })).toMatchObject({
      verdict: 'Unknown',
      reason: 'HeartbeatNotVisible',
      leg: 2,
    });
  });

  test('what the policy states of the far end protects all the same', () => {
    const route = { ...deaf, peer: { onIdle: 'Close', heartbeatSeconds: 30 } as const };
    expect(judge(unrecognised(), route)).toMatchObject({ verdict: 'Protected', basis: 'Evidence' });
  });

  test('unbounded silence on a timer that nobody knows is not proved either', () => {
    const dark = path([hop(1, { refreshedBy: 'Payload', timers: [{ kind: 'Unknown', reason: 'x' }] })]);
    expect(judge(unrecognised(), dark)).toMatchObject({ verdict: 'Unknown', reason: 'TimerUnknown' });
  });
});

describe('in a Job or CronJob', () => {
  const job = (time: Setting<number>, deadline = {}) => pod(time, { shortLived: true, ...deadline });

  test('Unknown rather than AtRisk or Marginal by assumption', () => {
    expect(judge(unrecognised(), firewall, 'Pooled', job(byDefault(7200, NAME)))).toMatchObject({
      verdict: 'Unknown',
      reason: 'ShortLived',
      basis: 'Assumption',
    });
    expect(judge(unrecognised(), path([hop(7500)]), 'Pooled', job(byDefault(7200, NAME))).reason).toBe(
      'ShortLived',
    );
  });

  test('whatever the policy says of quiet operations', () => {
    const told = path([hop(3600)], { longestQuietOperationSeconds: 5000 });
    expect(judge(unrecognised(), told, 'InUse', job(byDefault(7200, NAME))).reason).toBe('ShortLived');
  });

  test('what the pod set itself is evidence', () => {
    expect(judge(unrecognised(), firewall, 'Pooled', job(known(7200, NAME)))).toMatchObject({
      verdict: 'AtRisk',
      basis: 'Evidence',
    });
  });

  test('a recognised client is judged as anywhere', () => {
    const recognised = { ...unrecognised(), recognised: true };
    expect(judge(recognised, firewall, 'Pooled', job(byDefault(7200, NAME))).verdict).toBe('AtRisk');
  });

  test('a deadline bounds silence', () => {
    const short = job(byDefault(7200, NAME), { deadlineSeconds: 900 });
    expect(judge(unrecognised(), firewall, 'Pooled', short)).toMatchObject({
      verdict: 'Protected',
      basis: 'Evidence',
      silenceSeconds: 900,
    });
  });
});

describe('a setting that nobody recognises', () => {
  const named = (time: Setting<number>) => pod(time, { unrecognisedSettings: ['KEEPALIVE'] });

  test("turns a risk by the kernel's default into Unknown", () => {
    expect(judge(unrecognised(), firewall, 'Pooled', named(byDefault(7200, NAME)))).toMatchObject({
      verdict: 'Unknown',
      reason: 'UnrecognisedSetting',
      missing: 'KEEPALIVE',
    });
  });

  test('not one by the value that the pod set', () => {
    expect(judge(unrecognised(), firewall, 'Pooled', named(known(7200, NAME))).verdict).toBe('AtRisk');
  });
});

describe('an unrecognised server', () => {
  test('is Unknown: most servers have an idle limit of their own', () => {
    for (const about of [{}, setTo(300), setTo(3599), pod(hidden(NAME))]) {
      expect(judge(unrecognised(), inbound, 'Pooled', about)).toMatchObject({
        verdict: 'Unknown',
        reason: 'ServerNotRecognised',
        missing: 'idle limit of the server',
      });
    }
  });

  test('unless its pod itself sets a keep-alive time at or above the timeout: AtRisk by assumption', () => {
    for (const seconds of [3600, 7200]) {
      expect(judge(unrecognised(), inbound, 'Pooled', setTo(seconds))).toMatchObject({
        verdict: 'AtRisk',
        basis: 'Assumption',
      });
    }
  });

  test('at or above every timeout that the hop may have, and one that is known', () => {
    const seconds = (value: number) =>
      ({ kind: 'Seconds', seconds: value, basis: 'Declared', source: 'x' }) as const;
    const either = path([hop(1, { timers: [seconds(350), seconds(3600)] })], { direction: 'Inbound' });
    expect(judge(unrecognised(), either, 'Pooled', setTo(3600)).verdict).toBe('AtRisk');
    expect(judge(unrecognised(), either, 'Pooled', setTo(3599)).reason).toBe('ServerNotRecognised');
    for (const timers of [[], [{ kind: 'Unknown', reason: 'x' }] as const]) {
      const dark = path([hop(1, { timers })], { direction: 'Inbound' });
      expect(judge(unrecognised(), dark, 'Pooled', setTo(7200)).verdict).toBe('Unknown');
    }
  });

  test('and on a hop that hears it', () => {
    const deaf = path([hop(3600, { refreshedBy: 'Payload' })], { direction: 'Inbound' });
    expect(judge(unrecognised(), deaf, 'Pooled', setTo(7200)).reason).toBe('ServerNotRecognised');
    const behind = path([proxy(60), hop(3600, { name: 'far' })], { direction: 'Inbound' });
    expect(judge(unrecognised(), behind, 'Pooled', { ...setTo(7200), hop: 'far' }).reason).toBe(
      'ServerNotRecognised',
    );
  });

  test('what the policy states of the far end protects it', () => {
    const peer = { keepAlive: { timeSeconds: 300, intervalSeconds: 75, probes: 9 } };
    const route = path([hop(3600)], { direction: 'Inbound', peer });
    expect(judge(unrecognised(), route)).toMatchObject({ verdict: 'Protected', basis: 'Evidence' });
  });
});
