import { describe, expect, test } from '@jest/globals';
import { judge } from './judging.ts';
import {
  assumed,
  byDefault,
  connection,
  hidden,
  hop,
  keepAlive,
  known,
  limit,
  path,
} from './model-builders.ts';

const firewall = path([hop(3600)]);
const proof = path([hop(3600)], { keepAliveProof: 'Require' });
const named = { circumstances: { unrecognisedSettings: ['DB_KEEPALIVE_SECS', 'POOL_IDLE'] } };

const offInCode = connection({ keepAlive: { ...keepAlive(7200), enabled: assumed(false, 'SO_KEEPALIVE') } });
const offByDefault = connection({
  keepAlive: { ...keepAlive(7200), enabled: byDefault(false, 'SO_KEEPALIVE') },
});
const lateInCode = connection({ keepAlive: { ...keepAlive(7200), time: assumed(7200, 'TCP_KEEPIDLE') } });
const earlyInCode = connection({ keepAlive: { ...keepAlive(60), time: assumed(60, 'TCP_KEEPIDLE') } });

describe('a risk rests on evidence', () => {
  test('where settings that were read decide', () => {
    const verdict = judge(connection({ keepAlive: keepAlive(7200) }), firewall);
    expect(verdict).toMatchObject({ verdict: 'AtRisk', basis: 'Evidence' });
    expect(verdict).not.toHaveProperty('assumption');
  });

  test('and where documented defaults do that are usually given where Pathkeeper reads', () => {
    expect(judge(offByDefault, firewall)).toMatchObject({ verdict: 'AtRisk', basis: 'Evidence' });
  });
});

describe('a risk is assumed', () => {
  test('where a member is absent that applications usually set in code', () => {
    expect(judge(offInCode, firewall)).toMatchObject({
      verdict: 'AtRisk',
      basis: 'Assumption',
      assumption: 'SO_KEEPALIVE is taken as false: usually set in code',
    });
  });

  test('where such a member comes too late', () => {
    expect(judge(lateInCode, firewall)).toMatchObject({
      basis: 'Assumption',
      assumption: 'TCP_KEEPIDLE is taken as 7200: usually set in code',
    });
    const marginal = connection({ keepAlive: { ...keepAlive(3300), time: assumed(3300, 'TCP_KEEPIDLE') } });
    expect(judge(marginal, firewall)).toMatchObject({ verdict: 'Marginal', basis: 'Assumption' });
  });

  test('where such a limit is off', () => {
    const client = connection({ limits: [limit('IdleEviction', assumed('Never', 'idleTimeout'))] });
    expect(judge(client, firewall)).toMatchObject({
      basis: 'Assumption',
      assumption: 'idleTimeout is taken as Never: usually set in code',
    });
  });

  test('with every such member in words, each once', () => {
    const client = connection({
      keepAlive: { ...keepAlive(7200), enabled: assumed(true, 'on'), time: assumed(7200, 'time') },
      limits: [
        limit('IdleEviction', assumed('Never', 'idle')),
        limit('IdleEviction', assumed('Never', 'idle')),
      ],
    });
    expect(judge(client, firewall).assumption).toBe(
      'on is taken as true: usually set in code; time is taken as 7200: usually set in code; ' +
        'idle is taken as Never: usually set in code',
    );
  });

  test('not where that member could not help: on a hop that does not hear it, in a state in which it does not act', () => {
    const deaf = path([hop(3600, { refreshedBy: 'Payload' })]);
    expect(judge(offInCode, deaf)).toMatchObject({ verdict: 'AtRisk', basis: 'Evidence' });
    const evicting = connection({ limits: [limit('IdleEviction', assumed('Never', 'idle'))] });
    expect(judge(evicting, firewall, 'InUse')).toMatchObject({ verdict: 'AtRisk', basis: 'Evidence' });
  });
});

describe('a protection is assumed where it stands on a default that is usually set in code', () => {
  test('Protected by assumption, in words', () => {
    expect(judge(earlyInCode, firewall)).toMatchObject({
      verdict: 'Protected',
      basis: 'Assumption',
      assumption: 'TCP_KEEPIDLE is taken as 60: usually set in code',
    });
  });

  test('not where it stands without it', () => {
    const peer = { keepAlive: { timeSeconds: 900, intervalSeconds: 75, probes: 9 } };
    const verdict = judge(earlyInCode, path([hop(3600)], { peer }));
    expect(verdict).toMatchObject({ verdict: 'Protected', basis: 'Evidence', silenceSeconds: 60 });
    expect(verdict).not.toHaveProperty('assumption');
    const late = { keepAlive: { timeSeconds: 3300, intervalSeconds: 75, probes: 9 } };
    expect(judge(earlyInCode, path([hop(3600)], { peer: late })).basis).toBe('Assumption');
  });

  test('a policy that demands proof turns it into Unknown', () => {
    expect(judge(earlyInCode, proof)).toMatchObject({
      verdict: 'Unknown',
      reason: 'ProofRequired',
      basis: 'Assumption',
      assumption: 'TCP_KEEPIDLE is taken as 60: usually set in code',
    });
  });

  test('and leaves evidence and risks alone', () => {
    expect(judge(connection({ keepAlive: keepAlive(60) }), proof)).toMatchObject({ verdict: 'Protected' });
    expect(judge(offInCode, proof)).toMatchObject({ verdict: 'AtRisk', basis: 'Assumption' });
  });

  test('an interval counts where losses are tolerated', () => {
    const client = connection({ keepAlive: { ...keepAlive(60), interval: assumed(75, 'TCP_KEEPINTVL') } });
    expect(judge(client, firewall).basis).toBe('Assumption');
    expect(judge(client, path([hop(3600)], { lostProbes: 0 })).basis).toBe('Evidence');
  });

  test('a sweep counts', () => {
    const client = connection({
      limits: [limit('IdleEviction', 60, { extraSeconds: assumed(30, 'sweep') })],
    });
    expect(judge(client, firewall).basis).toBe('Assumption');
  });

  test('a hop without a timer, or a close that is noticed, needs no assumption', () => {
    const open = path([hop(1, { timers: [{ kind: 'None' }] })]);
    expect(judge(earlyInCode, open)).toMatchObject({ reason: 'NoTimer', basis: 'Evidence' });
    const closes = path([hop(30, { onExpiry: 'Close' })]);
    expect(judge(earlyInCode, closes)).toMatchObject({ reason: 'CloseNoticed', basis: 'Evidence' });
  });
});

describe('a setting nobody recognises that speaks of the matter', () => {
  test('turns a risk that rests on a default into Unknown, and is named', () => {
    for (const client of [offByDefault, offInCode, lateInCode]) {
      expect(judge(client, firewall, 'Pooled', named)).toMatchObject({
        verdict: 'Unknown',
        reason: 'UnrecognisedSetting',
        missing: 'DB_KEEPALIVE_SECS, POOL_IDLE',
      });
    }
  });

  test('so does a keep-alive that the manifest only switches on: its time is a default', () => {
    const client = connection({ keepAlive: { ...keepAlive(7200), time: byDefault(7200, 'time') } });
    expect(judge(client, firewall, 'Pooled', named).verdict).toBe('Unknown');
  });

  test('a Marginal goes the same way: a longer timeout must not make it worse', () => {
    const client = connection({ keepAlive: { ...keepAlive(3300), time: byDefault(3300, 'time') } });
    expect(judge(client, firewall, 'Pooled', named).verdict).toBe('Unknown');
  });

  test('not a risk that rests on what was read', () => {
    expect(judge(connection({ keepAlive: keepAlive(7200) }), firewall, 'Pooled', named)).toMatchObject({
      verdict: 'AtRisk',
      basis: 'Evidence',
    });
  });

  test("a value of the peer that decides is no setting of the workload's", () => {
    const peer = { keepAlive: { timeSeconds: 5000, intervalSeconds: 75, probes: 9 } };
    const client = connection({ keepAlive: keepAlive(7200) });
    expect(judge(client, path([hop(3600)], { peer }), 'Pooled', named).verdict).toBe('Unknown');
  });

  test('nor is the longest quiet operation of the policy', () => {
    const told = path([hop(3600)], { longestQuietOperationSeconds: 5000 });
    expect(judge(connection(), told, 'InUse', named).reason).toBe('UnrecognisedSetting');
  });

  test('not a protection', () => {
    expect(judge(connection({ keepAlive: keepAlive(60) }), firewall, 'Pooled', named).verdict).toBe(
      'Protected',
    );
  });

  test('and not what is Unknown for a better reason', () => {
    const client = connection({ limits: [limit('IdleEviction', hidden('idleTimeout'))] });
    expect(judge(client, firewall, 'Pooled', named)).toMatchObject({
      reason: 'SettingUnknown',
      missing: 'idleTimeout',
    });
  });

  test('a sweep at its default leaves a limit that was read as it is', () => {
    const client = connection({
      limits: [limit('IdleEviction', known(7200, 'idle'), { extraSeconds: byDefault(30, 'sweep') })],
    });
    expect(judge(client, firewall, 'Pooled', named).verdict).toBe('AtRisk');
  });
});
