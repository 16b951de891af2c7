import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPTION_ROWS } from '../../src/options/option-table.ts';
import type { OptionRow } from '../../src/options/option-table.ts';
import { readControllerOptions, readWebhookOptions } from '../../src/options/service-options.ts';
import { projectRoot } from '../controlplane/project-root.ts';

const ROWS: readonly OptionRow[] = OPTION_ROWS;

function problemsOf(result: object): readonly string[] {
  return 'problems' in result ? (result.problems as readonly string[]) : [];
}

describe('without flags and variables', () => {
  test('every option of the webhook has a value that works', () => {
    expect(readWebhookOptions({}, {})).toEqual({
      options: {
        logLevel: 'info',
        logFormat: 'Json',
        namespace: 'pathkeeper-system',
        excludedNamespaces: [],
        clusterDomain: 'cluster.local',
        readSecrets: 'Off',
        configReadTimeout: 1000,
        compareInterval: 1_800_000,
        metricsPort: 8080,
        bindAddress: '::',
        port: 9443,
        serviceName: 'pathkeeper-webhook',
        certificateSource: 'Self',
        certificateSecret: 'pathkeeper-webhook-tls',
        webhookConfiguration: 'pathkeeper',
        certificateNames: [],
        certificateFile: '/etc/pathkeeper/tls/tls.crt',
        keyFile: '/etc/pathkeeper/tls/tls.key',
      },
    });
  });

  test('so has every option of the controller', () => {
    expect(readControllerOptions({}, {})).toMatchObject({
      options: { leaderElection: 'On', leaseDuration: 15_000, leaseRenewWithin: 10_000, leaseRetry: 2000 },
    });
  });

  test('what is read cannot be changed', () => {
    const result = readWebhookOptions({ certificateNames: 'a.example, 10.0.0.1' }, {});
    const options = 'options' in result ? result.options : undefined;
    expect(options?.certificateNames).toEqual(['a.example', '10.0.0.1']);
    expect(Object.isFrozen(options) && Object.isFrozen(options?.certificateNames)).toBe(true);
  });
});

describe('a value', () => {
  test('comes from the variable, and from the flag before it; an empty variable is none', () => {
    const env = { PATHKEEPER_LOG_LEVEL: 'warn', PATHKEEPER_NAMESPACE: 'a', PATHKEEPER_PORT_NUMBER: '' };
    expect(readWebhookOptions({ namespace: 'b' }, env)).toMatchObject({
      options: { logLevel: 'warn', namespace: 'b', port: 9443 },
    });
  });

  test.each([
    [
      { PATHKEEPER_LOG_LEVEL: 'loud' },
      "PATHKEEPER_LOG_LEVEL: must be trace or debug or info or warn or error (given: 'loud')",
    ],
    [{ PATHKEEPER_LOG_FORMAT: 'json' }, "PATHKEEPER_LOG_FORMAT: must be Json or Text (given: 'json')"],
    [{ PATHKEEPER_READ_SECRETS: 'true' }, "PATHKEEPER_READ_SECRETS: must be Off or On (given: 'true')"],
    [
      { PATHKEEPER_PORT_NUMBER: 'tcp://10.96.0.1:443' },
      "PATHKEEPER_PORT_NUMBER: must be a port from 0 to 65535 (given: 'tcp://10.96.0.1:443')",
    ],
  ])('of a variable that is not allowed is told in one line (%j)', (env, problem) => {
    expect(problemsOf(readWebhookOptions({}, env))).toEqual([problem]);
  });

  test.each([
    [{ certificateSource: 'Other' }, "--certificate-source: must be Self or Files (given: 'Other')"],
    [{ port: '70000' }, "--port: must be a port from 0 to 65535 (given: '70000')"],
    [{ port: '8e3' }, "--port: must be a port from 0 to 65535 (given: '8e3')"],
    [{ port: ' 80' }, "--port: must be a port from 0 to 65535 (given: ' 80')"],
    [
      { configReadTimeout: '49' },
      "--config-read-timeout: must be milliseconds from 50 to 10000 (given: '49')",
    ],
    [
      { compareInterval: '1000' },
      "--compare-interval: must be milliseconds from 60000 to 86400000 (given: '1000')",
    ],
    [{ namespace: 'Orders' }, "--namespace: must be the name of a namespace (given: 'Orders')"],
    [{ namespace: 'a\nb' }, "--namespace: must be the name of a namespace (given: 'a b')"],
    [
      { excludedNamespaces: 'a,B' },
      "--excluded-namespaces: must be names of namespaces, separated by commas (given: 'a,B')",
    ],
    [
      { certificateNames: 'a b' },
      "--certificate-names: must be host names or IP addresses, separated by commas (given: 'a b')",
    ],
    [{ bindAddress: 'localhost' }, "--bind-address: must be an IP address (given: 'localhost')"],
    [{ serviceName: 'a/b' }, "--service-name: must be the name of an object (given: 'a/b')"],
    [
      { clusterDomain: '.local' },
      "--cluster-domain: must be a domain such as cluster.local (given: '.local')",
    ],
  ])('of a flag that is not allowed is told in one line (%j)', (flags, problem) => {
    expect(problemsOf(readWebhookOptions(flags, {}))).toEqual([problem]);
  });

  test('is told for each of several that are not allowed', () => {
    const env = { PATHKEEPER_LOG_LEVEL: 'loud', PATHKEEPER_PORT_NUMBER: '-1' };
    expect(problemsOf(readWebhookOptions({}, env))).toHaveLength(2);
  });

  test.each([
    [{ leaseDuration: '10000' }, "--lease-renew-within: must be less than --lease-duration (given: '10000')"],
    [{ leaseRetry: '5000' }, "--lease-retry: must be less than half of --lease-renew-within (given: '5000')"],
  ])('of the lease must fit the others (%j)', (flags, problem) => {
    expect(problemsOf(readControllerOptions(flags, {}))).toEqual([problem]);
  });
});

describe('the table', () => {
  test('has each flag and each variable once, and a description that is a sentence', () => {
    expect(new Set(ROWS.map(({ flag }) => flag)).size).toBe(ROWS.length);
    expect(new Set(ROWS.map(({ env }) => env)).size).toBe(ROWS.length);
    for (const { description } of ROWS) expect(description).toMatch(/^[A-Z].*\.$/);
  });

  test('has no variable that the kubelet sets for a Service', () => {
    for (const { env } of ROWS) expect(env).not.toMatch(/_PORT$|_PORT_\d+|_SERVICE_(?:HOST|PORT)/);
  });

  test('is what the reference page says', () => {
    const page = readFileSync(join(projectRoot(), 'docs/reference/options.md'), 'utf8');
    const told = [...page.matchAll(/^\| `(--[a-z-]+)` \| `([A-Z_]+)` /gm)];
    expect(new Set(told.map(([, flag, env]) => `${flag} ${env}`))).toEqual(
      new Set(ROWS.map(({ flag, env }) => `${flag} ${env}`)),
    );
  });

  test('covers every variable that the chart sets', () => {
    const folder = join(projectRoot(), 'charts/pathkeeper/templates');
    const text = ['deployments.yaml', '_helpers.tpl']
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('');
    const set = [...text.matchAll(/name: (PATHKEEPER_\w+)/g)].map(([, name]) => name);
    expect(set.length).toBeGreaterThan(5);
    expect(set.filter((name) => !ROWS.some(({ env }) => env === name))).toEqual([]);
  });
});
