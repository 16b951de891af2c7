import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { DeviceEntry } from '../src/catalogue/device-entry.ts';
import type { Generator } from './generator.ts';

const root = join(import.meta.dirname, '..');
const PAGE = 'docs/reference/devices.md';

/** The page of all devices, from the catalogue as it is built in. */
export const deviceReference: Generator = {
  name: 'device reference',
  files: async () => {
    const text = await readFile(join(root, 'src/catalogue/builtin-catalogue.gen.json'), 'utf8');
    const { devices } = JSON.parse(text) as { devices: string };
    return new Map([[PAGE, renderDevices(JSON.parse(devices) as DeviceEntry[])]]);
  },
};

/** Devices by vendor: first a table to find one's own in, then a section for each. */
export function renderDevices(devices: readonly DeviceEntry[]): string {
  const byVendor = [...Map.groupBy(devices, ({ vendor }) => vendor)].sort(([left], [right]) =>
    left.toLowerCase() < right.toLowerCase() ? -1 : 1,
  );
  return [
    '# Devices',
    '<!-- Written by `npm run generate` from src/catalogue/devices/. -->',
    'What a hop may name as its `device`. The values are defaults: a policy says otherwise where yours differ. ' +
      '*Servers* are ends of a connection and not hops: they belong in `peer`.',
    table(byVendor.flatMap(([, ofVendor]) => ofVendor)),
    ...byVendor.flatMap(([vendor, ofVendor]) => [`## ${vendor}`, ...ofVendor.flatMap(section)]),
  ]
    .join('\n\n')
    .concat('\n');
}

function table(devices: readonly DeviceEntry[]): string {
  const rows = devices.map((device) =>
    [
      `[\`${device.id}\`](#${device.id})`,
      `${device.vendor}: ${device.title}`,
      timerText(device),
      device.onExpiry,
      device.refreshedBy,
      device.mode,
    ].join(' | '),
  );
  return [
    '| Device | Product | Idle timeout | On expiry | Refreshed by | Mode |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

function section(device: DeviceEntry): readonly string[] {
  return [
    `### ${device.id}`,
    `${device.title} (${device.vendor}). ${device.kind === 'Server' ? 'A server: an end, not a hop.' : `Kind ${device.kind}.`}`,
    list(facts(device)),
    ...titled('In Kubernetes', device.kubernetes.map(fieldText)),
    ...titled(
      'How its default changed',
      device.history.map(({ from, says }) => `${from}: ${says}`),
    ),
    ...titled('As a sidecar', sidecarText(device)),
    ...titled('Notes', device.notes),
    ...titled(
      `Sources (confidence ${device.confidence.toLowerCase()})`,
      device.sources.map(({ url, says }) => `<${url}>: ${says}`),
    ),
  ];
}

function facts(device: DeviceEntry): readonly string[] {
  return [
    `Idle timeout: ${timerText(device)}${device.timeout === 'Fixed' ? ', fixed' : ''}`,
    ...device.variants.map((variant) => `For ${variant.name}: ${timerText(variant)}`),
    ...rangeText(device),
    ...(device.configuredBy === undefined ? [] : [`Set by: ${device.configuredBy}`]),
    `On expiry: ${device.onExpiry}; refreshed by ${device.refreshedBy}; ${device.mode}`,
    ...keepAliveText('toward the workload', device.towardWorkload),
    ...keepAliveText('toward the peer', device.towardPeer),
    ...(device.reuseIdleSeconds === undefined
      ? []
      : [`Keeps idle connections for reuse for ${secondsText(device.reuseIdleSeconds)}`]),
    ...(device.aliases.length === 0 ? [] : [`Also looked for as: ${device.aliases.join(', ')}`]),
  ];
}

type Timer = Pick<DeviceEntry, 'idleTimer' | 'idleTimeoutSeconds' | 'atLeastSeconds'>;

function timerText({ idleTimer, idleTimeoutSeconds, atLeastSeconds }: Timer): string {
  if (idleTimer === 'None') return 'none';
  if (idleTimer === 'Known') return secondsText(idleTimeoutSeconds ?? 0);
  return atLeastSeconds === undefined ? 'not known' : `not known, at least ${secondsText(atLeastSeconds)}`;
}

function rangeText({ minSeconds, maxSeconds, zeroMeansNone }: DeviceEntry): readonly string[] {
  if (minSeconds === undefined && maxSeconds === undefined) return zeroMeansNone ? ['0 turns it off'] : [];
  const from = minSeconds === undefined ? '' : `from ${secondsText(minSeconds)} `;
  const to = maxSeconds === undefined ? '' : `up to ${secondsText(maxSeconds)}`;
  return [`Range: ${`${from}${to}`.trim()}${zeroMeansNone ? '; 0 turns it off' : ''}`];
}

function keepAliveText(where: string, keepAlive: DeviceEntry['towardPeer']): readonly string[] {
  if (keepAlive === undefined) return [];
  const { timeSeconds, intervalSeconds, probes } = keepAlive;
  return [
    `Its own keep-alive ${where}: after ${timeSeconds} s, every ${intervalSeconds} s, ${probes} probes`,
  ];
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
];

/** `3600 s (1 h)`, `350 s`. */
function secondsText(seconds: number): string {
  const unit = UNITS.find(([size]) => seconds >= size && seconds % size === 0);
  return unit === undefined ? `${seconds} s` : `${seconds} s (${seconds / unit[0]} ${unit[1]})`;
}

function fieldText(field: DeviceEntry['kubernetes'][number]): string {
  const group = field.apiGroup === undefined ? '' : ` (${field.apiGroup})`;
  const where =
    field.annotation === undefined ? `\`${field.field ?? ''}\`` : `annotation \`${field.annotation}\``;
  const key =
    field.key === undefined || field.field?.endsWith(field.key) === true ? '' : `, key \`${field.key}\``;
  const example = field.example === undefined ? '' : `: \`${field.example}\``;
  return `${field.other ?? field.kind}${group}, ${where}${key}, ${field.unit === 'Duration' ? 'a duration' : `in ${field.unit.toLowerCase()}`}${example}`;
}

function sidecarText({ sidecar }: DeviceEntry): readonly string[] {
  if (sidecar === undefined) return [];
  const marks = (signs: readonly { on: string; key: string; value?: string | undefined }[]): string =>
    signs.map(({ on, key, value }) => `${on} \`${key}${value === undefined ? '' : `=${value}`}\``).join(', ');
  return [
    ...(sidecar.containers.length === 0 ? [] : [`Container: ${sidecar.containers.join(', ')}`]),
    ...(sidecar.images.length === 0 ? [] : [`Image: ${sidecar.images.join(', ')}`]),
    ...(sidecar.injectedBy.length === 0 ? [] : [`Asked for by: ${marks(sidecar.injectedBy)}`]),
    ...(sidecar.notInjectedBy.length === 0 ? [] : [`Kept out by: ${marks(sidecar.notInjectedBy)}`]),
  ];
}

function titled(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${title}:`, list(items)];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
