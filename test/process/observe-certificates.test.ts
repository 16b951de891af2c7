import { describe, expect, test } from '@jest/globals';
import type { CertificateEvent } from '../../src/certs/certs.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { observeCertificates } from '../../src/process/observe-certificates.ts';
import { LogSink } from '../observability/log-sink.ts';

const failures = [{ reason: 'RenewalDue', detail: 'valid until then' }] as const;
const kind = 'ValidatingWebhookConfiguration';

async function observed(
  events: readonly CertificateEvent[],
): Promise<{ readonly messages: readonly string[]; readonly exposition: string }> {
  const sink = new LogSink();
  const metrics = new Metrics('webhook', '1.2.3');
  const listener = observeCertificates(createLogger({ level: 'debug', format: 'Json' }, sink), metrics);
  for (const event of events) listener(event);
  return {
    messages: sink.records.map(({ level, msg }) => `${String(level)} ${String(msg)}`),
    exposition: await metrics.expose(),
  };
}

describe('what happens to certificates', () => {
  test('is logged and counted', async () => {
    const { messages, exposition } = await observed([
      { event: 'SecretWritten', change: 'CertificateIssued', failures },
      { event: 'BundleWritten', kind, name: 'pathkeeper', isRepair: false },
      { event: 'BundleWritten', kind, name: 'pathkeeper', isRepair: true },
      { event: 'WriteConflict', on: 'Secret' },
      { event: 'WriteConflict', on: kind },
      { event: 'Serving', notAfter: 1_800_000_000_000 },
      { event: 'AuthorityRead', notAfter: 1_900_000_000_000 },
      { event: 'FilesRefused', detail: 'the key belongs to another certificate' },
    ]);
    expect(messages).toEqual([
      'info certificate changed',
      'info authority written',
      'warn authority written',
      'debug certificate write lost to another replica',
      'debug certificate write lost to another replica',
      'info certificate served',
      'warn certificate files refused',
    ]);
    for (const line of [
      'changes_total{change="CertificateIssued"} 1',
      'bundles_total{outcome="Written"} 1',
      'bundles_total{outcome="Repaired"} 1',
      'bundles_total{outcome="Conflict"} 1',
      'expiry_timestamp_seconds{certificate="Serving"} 1800000000',
      'expiry_timestamp_seconds{certificate="Authority"} 1900000000',
      'failures_total{what="Files"} 1',
    ]) {
      expect(exposition).toContain(`pathkeeper_certificate_${line}\n`);
    }
  });

  test('is logged once where it repeats, and again after something else', async () => {
    const failed: CertificateEvent = { event: 'Failed', error: new Error('no route') };
    const other: CertificateEvent = { event: 'Failed', error: new Error('forbidden') };
    const waiting: CertificateEvent = { event: 'Waiting', failures };
    const serving: CertificateEvent = { event: 'Serving', notAfter: 1 };
    const { messages, exposition } = await observed([
      failed,
      failed,
      failed,
      other,
      other,
      waiting,
      waiting,
      serving,
      failed,
    ]);
    expect(messages).toEqual([
      'warn certificate look failed',
      'warn certificate look failed',
      'info certificate left to another replica',
      'info certificate served',
      'warn certificate look failed',
    ]);
    expect(exposition).toContain('pathkeeper_certificate_failures_total{what="Look"} 6\n');
  });
});
