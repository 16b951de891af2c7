import { expect, test } from '@jest/globals';
import { renderDevices } from '../../scripts/device-reference.ts';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { loadEntries } from '../../src/catalogue/load-catalogue.ts';
import { DEVICE } from './entry-texts.ts';

test('every device has a section, and the table leads to it', () => {
  const { devices } = loadBuiltinCatalogue();
  const page = renderDevices(devices);
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  const links = [...page.matchAll(/^\| \[`([^`]+)`\]\(#([^)]+)\)/gm)];
  expect(new Set(headings)).toEqual(new Set(devices.map(({ id }) => id)));
  expect(headings).toHaveLength(devices.length);
  for (const [, text, anchor] of links) expect(anchor).toBe(text);
  expect(links).toHaveLength(devices.length);
});

test('a section says what a device does, how it is set, and who says so', () => {
  const { devices } = loadEntries([{ path: 'devices/some-firewall.yaml', text: DEVICE }]);
  const page = renderDevices(devices);
  expect(page.slice(page.indexOf('### '))).toBe(`### some-firewall

Some firewall (Some). Kind Firewall.

- Idle timeout: 3600 s (1 h)
- Range: from 60 s (1 min) up to 7200 s (2 h)
- Set by: a knob
- On expiry: Drop; refreshed by Packets; Passthrough
- Also looked for as: somewall

In Kubernetes:

- Service, annotation \`example.com/idle\`, in seconds

How its default changed:

- 2020: Half an hour.
- 2024-05: An hour.

Sources (confidence high):

- <https://example.com/one>: The default is one hour.
`);
});
