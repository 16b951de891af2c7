import type { CertificateEvent, CertificateListener } from '../certs/certs.ts';
import { renderFault } from '../faults/render-fault.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

/**
 * Counts and logs what happens to certificates. What repeats at every look while nothing changes is logged once: waiting
 * for another replica, and the same failure.
 */
export function observeCertificates(
  logger: Pick<Logger, 'info' | 'warn' | 'debug'>,
  metrics: Metrics,
): CertificateListener {
  let last = '';
  const once = (what: string, write: () => void): void => {
    if (what !== last) write();
    last = what;
  };
  return (event) => {
    count(event, metrics);
    switch (event.event) {
      case 'Failed': {
        const error = renderFault(event.error);
        return once(error, () => logger.warn({ error }, 'certificate look failed'));
      }
      case 'Waiting':
        return once('Waiting', () =>
          logger.info({ reasons: event.failures }, 'certificate left to another replica'),
        );
      case 'FilesRefused':
        return logger.warn({ problem: event.detail }, 'certificate files refused');
      case 'SecretWritten':
        return logger.info({ change: event.change, reasons: event.failures }, 'certificate changed');
      case 'BundleWritten': {
        const { kind, name, isRepair } = event;
        return logger[isRepair ? 'warn' : 'info']({ kind, name, isRepair }, 'authority written');
      }
      case 'Serving':
        last = '';
        return logger.info({ until: new Date(event.notAfter).toISOString() }, 'certificate served');
      case 'WriteConflict':
        return logger.debug({ on: event.on }, 'certificate write lost to another replica');
      case 'AuthorityRead':
        return undefined;
    }
  };
}

function count(event: CertificateEvent, metrics: Metrics): void {
  switch (event.event) {
    case 'Serving':
      return setExpiry('Serving', event.notAfter, metrics);
    case 'AuthorityRead':
      return setExpiry('Authority', event.notAfter, metrics);
    case 'SecretWritten':
      return metrics.count('pathkeeper_certificate_changes_total', { change: event.change });
    case 'BundleWritten':
    case 'WriteConflict':
      return countBundle(event, metrics);
    case 'Failed':
      return metrics.count('pathkeeper_certificate_failures_total', { what: 'Look' });
    case 'FilesRefused':
      return metrics.count('pathkeeper_certificate_failures_total', { what: 'Files' });
    case 'Waiting':
      return undefined;
  }
}

function setExpiry(certificate: 'Serving' | 'Authority', notAfter: number, metrics: Metrics): void {
  metrics.set('pathkeeper_certificate_expiry_timestamp_seconds', notAfter / 1000, { certificate });
}

type Written = Extract<CertificateEvent, { readonly event: 'BundleWritten' | 'WriteConflict' }>;

function countBundle(event: Written, metrics: Metrics): void {
  if (event.event === 'WriteConflict' && event.on === 'Secret') return;
  const written = event.event === 'BundleWritten' && event.isRepair ? 'Repaired' : 'Written';
  const outcome = event.event === 'WriteConflict' ? 'Conflict' : written;
  metrics.count('pathkeeper_certificate_bundles_total', { outcome });
}
