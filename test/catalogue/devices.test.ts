import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import type { DeviceEntry } from '../../src/catalogue/device-entry.ts';
import { annotationPattern } from '../../src/catalogue/kubernetes-annotation.ts';

const { devices } = loadBuiltinCatalogue();
const folder = join(import.meta.dirname, '../../../src/catalogue/devices');

/** Numbers on which most people rely, with who says so in the entry itself. */
const WELL_KNOWN: readonly (readonly [string, DeviceEntry['idleTimer'], number | undefined])[] = [
  ['aws-nlb-tcp', 'Known', 350],
  ['aws-nat-gateway', 'Known', 350],
  ['aws-alb', 'Known', 60],
  ['aws-security-group-conntrack', 'Known', 432_000],
  ['aws-security-group-conntrack-nitro-v6', 'Known', 350],
  ['azure-load-balancer', 'Known', 240],
  ['azure-nat-gateway', 'Known', 240],
  ['gcp-vpc-firewall-conntrack', 'Known', 600],
  ['gcp-cloud-nat', 'Known', 1200],
  ['linux-conntrack', 'Known', 432_000],
  ['kube-proxy-conntrack', 'Known', 86_400],
  ['kube-proxy-ipvs', 'Known', 900],
  ['cilium-bpf-ct', 'Known', 8000],
  ['cisco-asa', 'Known', 3600],
  ['palo-alto-panos', 'Known', 3600],
  ['fortinet-fortigate', 'Known', 3600],
  ['checkpoint-gateway', 'Known', 3600],
  ['haproxy', 'None', undefined],
  ['nginx-stream', 'Known', 600],
  ['istio-tcp', 'Known', 3600],
  ['envoy-tcp-proxy', 'Known', 3600],
];

test.each(WELL_KNOWN)('%s: %s %s', (id, idleTimer, idleTimeoutSeconds) => {
  const device = devices.find((candidate) => candidate.id === id);
  expect(device?.idleTimer).toBe(idleTimer);
  expect(device?.idleTimeoutSeconds).toBe(idleTimeoutSeconds);
});

test('every file of the folder is in the catalogue, and nothing else', () => {
  const files = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ''));
  expect(devices.map(({ id }) => id).toSorted()).toEqual(files.toSorted());
});

test('every property of the format is exercised by some device', () => {
  const unused = [
    ['an unknown timer', devices.some(({ idleTimer }) => idleTimer === 'Unknown')],
    ['no timer', devices.some(({ idleTimer }) => idleTimer === 'None')],
    ['every expiry', new Set(devices.map(({ onExpiry }) => onExpiry)).size === 4],
    ['every kind', new Set(devices.map(({ kind }) => kind)).size === 9],
    ['variants that agree', devices.some(({ id }) => id === 'istio-tcp')],
    ['variants that disagree', devices.some(({ id }) => id === 'linkerd')],
    ['keep-alive of its own', devices.some((device) => device.towardPeer !== undefined)],
    ['reuse', devices.some((device) => device.reuseIdleSeconds !== undefined)],
    ['a sidecar', devices.some((device) => device.sidecar !== undefined)],
    [
      'a port in an annotation',
      devices.some(({ kubernetes }) =>
        kubernetes.some((field) => field.annotation?.includes('<port>') === true),
      ),
    ],
  ].filter(([, used]) => used !== true);
  expect(unused).toEqual([]);
});

describe.each(devices.map((device) => [device.id, device] as const))('%s', (_, device) => {
  test('has sources that say something, and notes that are sentences', () => {
    expect(device.sources.length).toBeGreaterThan(0);
    for (const { says } of device.sources) expect(says).toMatch(/\.$/);
    for (const note of device.notes) expect(note).toMatch(/[.)]$/);
    for (const { says } of device.history) expect(says).toMatch(/[.)]$/);
    if (device.configuredBy !== undefined) expect(device.configuredBy).toMatch(/\.$/);
  });

  test('has annotations that can be looked for', () => {
    for (const { annotation } of device.kubernetes) {
      if (annotation === undefined) continue;
      const pattern = annotationPattern(annotation);
      const port = annotation.includes('<port>') ? { port: 5432 } : {};
      expect(pattern?.(annotation.replace('<port>', '5432'))).toEqual(port);
      expect(pattern?.(`${annotation}x`)).toBeUndefined();
    }
  });

  test('says who is sure of a number that it is not sure of', () => {
    if (device.idleTimer === 'Unknown') expect(device.confidence).toBe('Low');
    if (device.kind === 'Server') expect(device.notes.join(' ')).toContain('not a hop');
  });
});

describe('annotation keys with a port', () => {
  const pattern = annotationPattern('example.com/attributes.TCP-<port>');
  test.each([
    ['example.com/attributes.TCP-1', { port: 1 }],
    ['example.com/attributes.TCP-65535', { port: 65_535 }],
    ['example.com/attributes.TCP-65536', undefined],
    ['example.com/attributes.TCP-0', undefined],
    ['example.com/attributes.TCP-01', undefined],
    ['example.com/attributes.TCP-', undefined],
    ['example.com/attributes.TCP-x', undefined],
    ['other.com/attributes.TCP-1', undefined],
  ])('%s', (key, expected) => {
    expect(pattern?.(key)).toEqual(expected);
  });

  test.each(['', 'a/b/c', '/x', 'x/', '-x', 'x y', 'é', 'a'.repeat(64), 'UPPER.com/x', '<port>'.repeat(2)])(
    'not a key: %s',
    (key) => {
      expect(annotationPattern(key)).toBeUndefined();
    },
  );
});
