import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdmissionApp, type ReviewObserver } from '../admission/admission-app.ts';
import { mutateWorkload } from '../admission/mutate-workload.ts';
import { validatePolicy } from '../admission/validate-policy.ts';
import { validateWorkload, type ContextMaker } from '../admission/validate-workload.ts';
import {
  DEFAULT_LIFETIMES,
  fileSource,
  selfManagedSource,
  serveCertificate,
  type CertificateSource,
} from '../certs/certs.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import { renderFault } from '../faults/render-fault.ts';
import { RememberedInspections } from '../inspection/remember-inspections.ts';
import { clusterCertificateStore } from '../kubernetes/cluster-certificate-store.ts';
import { startProbeServer } from '../observability/probe-server.ts';
import type { WebhookOptions } from '../options/service-options.ts';
import { VERSION } from '../options/version.ts';
import { observeCertificates } from './observe-certificates.ts';
import { startBase, stateChecks, untilSignal, type ServiceBase } from './service-base.ts';

/** Reviews in work at once in one replica. Each is a few milliseconds of one thread; beyond this a queue would only grow. */
const MOST_AT_ONCE = 512;

/** Inspections remembered: a roll-out asks about one template again and again. Each is some tens of kilobytes. */
const MOST_REMEMBERED = 1000;

/** How long open connections may finish when the process ends, in milliseconds: the API server keeps them for reuse. */
const LAST_WORDS_MS = 5000;

/** `pathkeeper webhook`: answers admission reviews until it is told to stop. */
export async function runWebhook(options: WebhookOptions): Promise<number> {
  const base = await startBase('webhook', options);
  const certificates = certificateSource(options, base);
  const server = createServer(
    { minVersion: 'TLSv1.2', keepAliveTimeout: 120_000, headersTimeout: 10_000 },
    appOf(base),
  );
  serveCertificate(server, certificates);
  const probes = await startProbeServer({
    port: options.metricsPort,
    address: options.bindAddress,
    metrics: base.metrics,
    live: [],
    ready: [
      ...stateChecks(base.state),
      { name: 'certificate', check: () => ({ ...certificates.healthy() }) },
      {
        name: 'server',
        check: () => ({
          healthy: server.listening,
          detail: server.listening ? 'listening' : 'not listening',
        }),
      },
    ],
  });
  await certificates.start();
  await base.state.whenSynced();
  server.listen(options.port, options.bindAddress);
  await once(server, 'listening');
  base.logger.info({ port: (server.address() as AddressInfo).port, probePort: probes.port }, 'serving');
  await untilSignal();
  base.logger.info('stopping');
  await closeServer(server);
  await Promise.all([probes.close(), certificates.stop(), base.state.stop()]);
  await base.cluster.close();
  return 0;
}

function appOf(base: ServiceBase): ReturnType<typeof createAdmissionApp> {
  const context: ContextMaker = (deadline) => base.state.context(base.time.date(), deadline);
  const memory = new RememberedInspections(MOST_REMEMBERED);
  const workloads = {
    inspect: (subject: WorkloadSubject, deadline: AbortSignal) =>
      memory.inspect(subject, context(deadline), base.state.revision),
    spared: base.spared,
    version: VERSION,
  };
  return createAdmissionApp({
    mostAtOnce: MOST_AT_ONCE,
    observer: observerOf(base),
    handlers: {
      '/validate': validateWorkload(workloads),
      '/mutate': mutateWorkload({ ...workloads, sysctlsAreSafe: base.state.sysctlsAreSafe }),
      '/validate-policy': validatePolicy({
        context,
        workloads: (namespace) =>
          namespace === undefined ? base.state.workloads.all() : base.state.workloads.inNamespace(namespace),
      }),
    },
  });
}

function observerOf({
  metrics,
  logger,
}: ServiceBase): ReviewObserver<'/validate' | '/mutate' | '/validate-policy'> {
  return {
    reviewed: (path, { kind, namespace, name, operation }, response, seconds) => {
      const decision = decisionOf(response);
      metrics.count('pathkeeper_admission_reviews_total', { path, kind: kind.kind, decision });
      metrics.observe('pathkeeper_admission_duration_seconds', seconds, { path });
      const level = decision === 'Denied' || decision === 'Errored' ? 'info' : 'debug';
      logger[level]({ path, kind: kind.kind, namespace, name, operation, decision }, 'reviewed');
    },
    refused: (path, status, problem) => {
      metrics.count('pathkeeper_admission_refused_total', { status: String(status) });
      logger.warn({ path, status, problem }, 'request refused');
    },
    failed: (path, { kind, namespace, name }, error) =>
      logger.error({ path, kind: kind.kind, namespace, name, error: renderFault(error) }, 'review failed'),
  };
}

function decisionOf(response: {
  allowed: boolean;
  warnings?: readonly string[];
  patch?: string;
  status?: { code: number };
}): 'Allowed' | 'Warned' | 'Patched' | 'Denied' | 'Errored' {
  if (!response.allowed) return response.status?.code === 403 ? 'Denied' : 'Errored';
  if (response.patch !== undefined) return 'Patched';
  return (response.warnings ?? []).length > 0 ? 'Warned' : 'Allowed';
}

function certificateSource(options: WebhookOptions, base: ServiceBase): CertificateSource {
  const { time: clock } = base;
  const listener = observeCertificates(base.logger, base.metrics);
  if (options.certificateSource === 'Files') {
    return fileSource({
      certificateFile: options.certificateFile,
      keyFile: options.keyFile,
      clock,
      listener,
    });
  }
  const service = `${options.serviceName}.${options.namespace}.svc`;
  return selfManagedSource({
    store: clusterCertificateStore({
      cluster: base.cluster,
      namespace: options.namespace,
      secret: options.certificateSecret,
      owner: base.owner,
      validating: [options.webhookConfiguration],
      mutating: [options.webhookConfiguration],
    }),
    names: [service, `${service}.${options.clusterDomain}`, ...options.certificateNames],
    lifetimes: DEFAULT_LIFETIMES,
    clock,
    listener,
  });
}

/** Stops to listen, lets what is in work finish, and closes what lies idle. */
async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), LAST_WORDS_MS);
  await closed;
  clearTimeout(timer);
}
