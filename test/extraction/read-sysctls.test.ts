import { describe, expect, test } from '@jest/globals';
import { container, deployment, extract, shown } from './workload-builder.ts';

const TIME = 'net.ipv4.tcp_keepalive_time';
const sysctls = (...pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> => ({
  securityContext: { sysctls: pairs.map(([name, value]) => ({ name, value })) },
});
const init = (command: readonly string[], privileged = true): Record<string, unknown> => ({
  initContainers: [container({ name: 'init', command, securityContext: { privileged } })],
});

describe('the pod keep-alive', () => {
  test('starts from the kernel, whatever the node has', () => {
    const { keepAlive } = extract(deployment({}));
    expect([keepAlive.time, keepAlive.interval, keepAlive.probes].map(shown)).toEqual([
      '7200 default',
      '75 default',
      '9 default',
    ]);
  });

  test('comes with the retransmissions that end a hang', () => {
    expect(shown(extract(deployment({})).tcpRetries)).toBe('15 default');
    const facts = extract(deployment({}, sysctls(['net.ipv4.tcp_retries2', '8'])));
    expect(shown(facts.tcpRetries)).toBe('8 read');
  });

  test('is read with its place', () => {
    const { time, interval, probes } = extract(
      deployment(
        {},
        sysctls(
          [TIME, '120'],
          ['net.ipv4.tcp_keepalive_intvl', '10'],
          ['net/ipv4/tcp_keepalive_probes', '3'],
        ),
      ),
    ).keepAlive;
    expect([time, interval, probes].map(shown)).toEqual(['120 read', '10 read', '3 read']);
    expect(time).toMatchObject({
      place: {
        object: { kind: 'Deployment', namespace: 'shop', name: 'app' },
        pointer: '/spec/template/spec/securityContext/sysctls/0/value',
      },
    });
  });

  test.each([['abc'], [''], ['0'], ['-1'], ['32768'], ['1.5'], ['1e3'], [120], [null]])(
    'a value of %j is no number that the kernel takes, and is said to be',
    (value) => {
      const facts = extract(deployment({}, sysctls([TIME, value])));
      expect(shown(facts.keepAlive.time)).toBe('unknown: Malformed');
      expect(facts.findings.map(({ code }) => code)).toContain('NPP4005');
    },
  );

  test.each([
    ['sysctl -w', ['sh', '-c', `sysctl -w ${TIME}=300`]],
    ['several at once', ['sysctl', '-w', 'net.core.somaxconn=1024', `${TIME}=300`]],
    ['blanks around the sign', ['sysctl', '-w', `${TIME} = 300`]],
    ['quotes', ['sh', '-ec', `sysctl -w "${TIME}=300" && echo done`]],
    ['a path', ['/bin/bash', '-c', 'set -e; /sbin/sysctl -q -w net/ipv4/tcp_keepalive_time=300']],
    ['/proc/sys', ['sh', '-c', 'echo 300 > /proc/sys/net/ipv4/tcp_keepalive_time']],
  ])('is set by an init container: %s', (_what, command) => {
    const { time } = extract(deployment({}, init(command))).keepAlive;
    expect(shown(time)).toBe('300 read');
    expect(time).toMatchObject({ place: { within: TIME } });
  });

  test('an init container wins over the securityContext, for it runs later', () => {
    const spec = { ...sysctls([TIME, '120']), ...init(['sysctl', '-w', `${TIME}=300`]) };
    expect(shown(extract(deployment({}, spec)).keepAlive.time)).toBe('300 read');
  });

  test.each([
    ['without privileges', init(['sysctl', '-w', `${TIME}=300`], false)],
    ['that only prints it', init(['sh', '-c', `echo sysctl -w ${TIME}=300`])],
    ['that writes elsewhere', init(['sh', '-c', 'echo 300 > /tmp/net/ipv4/tcp_keepalive_time'])],
  ])('an init container %s sets nothing', (_what, spec) => {
    expect(shown(extract(deployment({}, spec)).keepAlive.time)).toBe('7200 default');
  });

  test('on the node network is the node value, and a sysctl there is told', () => {
    const facts = extract(deployment({}, { hostNetwork: true, ...sysctls([TIME, '120']) }));
    expect(facts.hostNetwork).toBe(true);
    expect(shown(facts.keepAlive.time)).toBe('unknown: NodeSetting');
    expect(facts.findings.map(({ code }) => code)).toEqual(['NPP4003']);
  });

  test.each([
    [{ major: 1, minor: 28 }, ['NPP4004']],
    [{ major: 1, minor: 29 }, []],
    [undefined, []],
  ])('on Kubernetes %j a keep-alive sysctl gives %j', (version, expected) => {
    const options = version === undefined ? {} : { kubernetesVersion: version };
    const { findings } = extract(deployment({}, sysctls([TIME, '120'])), options);
    expect(findings.map(({ code }) => code)).toEqual(expected);
  });
});

describe('a sysctl that no socket uses', () => {
  const codes = (env: Record<string, string>): readonly string[] =>
    extract(deployment({ env }, sysctls([TIME, '120']))).findings.map(({ code }) => code);

  test('is told where the only client never asks', () => {
    expect(codes({ URL: 'jdbc:postgresql://db.example/app' })).toContain('NPP4001');
  });

  test('is used by a client that asks, and may be used by one that nobody recognises', () => {
    expect(codes({ URL: 'jdbc:postgresql://db.example/app?tcpKeepAlive=true' })).not.toContain('NPP4001');
    expect(codes({ URL: 'strange://db.example/app' })).not.toContain('NPP4001');
    expect(codes({})).not.toContain('NPP4001');
  });

  test('one user among several is enough', () => {
    const env = {
      A: 'jdbc:postgresql://db.example/app',
      B: 'jdbc:postgresql://db2.example/app?tcpKeepAlive=true',
    };
    expect(codes(env)).not.toContain('NPP4001');
  });
});
