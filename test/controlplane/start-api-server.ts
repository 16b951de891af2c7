import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from './free-port.ts';
import { onFreePorts } from './on-free-ports.ts';
import type { Pki } from './pki.ts';
import type { Supervisor } from './supervisor.ts';
import { waitUntilHealthy } from './wait-until-healthy.ts';

export interface ApiServerOptions {
  readonly command: string;
  readonly etcdUrl: string;
  readonly pki: Pki;
  /** Without the service account controller, pods must do without a service account. */
  readonly serviceAccounts: boolean;
  /** Every request is logged here with its annotations (audit level Metadata), one JSON object a line. */
  readonly auditLogFile: string;
  /** Added at the end. */
  readonly extraArgs: readonly string[];
}

/** Starts a kube-apiserver on a free port of 127.0.0.1 and waits until it is ready. */
export function startApiServerAnywhere(
  supervisor: Supervisor,
  options: ApiServerOptions,
): Promise<{ readonly pid: number; readonly port: number }> {
  return onFreePorts(async () => {
    const port = await freePort();
    return { port, pid: await startApiServerAt(supervisor, options, port) };
  });
}

/** Starts a kube-apiserver on this port of 127.0.0.1, waits until it is ready, and returns its process id. */
export async function startApiServerAt(
  supervisor: Supervisor,
  options: ApiServerOptions,
  port: number,
): Promise<number> {
  const { authority, apiServer, etcdClient, serviceAccountKey, serviceAccountPublicKey } = options.pki.files;
  const auditPolicyFile = join(supervisor.folder, 'audit-policy.yaml');
  await writeFile(auditPolicyFile, AUDIT_POLICY);
  const logFile = join(supervisor.folder, 'kube-apiserver.log');
  const pid = await supervisor.start({
    name: 'kube-apiserver',
    command: options.command,
    logFile,
    args: [
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--etcd-servers=${options.etcdUrl}`,
      `--etcd-cafile=${authority.certificate}`,
      `--etcd-certfile=${etcdClient.certificate}`,
      `--etcd-keyfile=${etcdClient.key}`,
      `--tls-cert-file=${apiServer.certificate}`,
      `--tls-private-key-file=${apiServer.key}`,
      `--client-ca-file=${authority.certificate}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${serviceAccountPublicKey}`,
      `--service-account-signing-key-file=${serviceAccountKey}`,
      ...(options.serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
      '--service-cluster-ip-range=10.96.0.0/16',
      '--allow-privileged=true',
      // The server's own address is a loopback one, which the Endpoints of Service kubernetes may not name.
      '--endpoint-reconciler-type=none',
      `--audit-policy-file=${auditPolicyFile}`,
      `--audit-log-path=${options.auditLogFile}`,
      '--profiling=false',
      ...options.extraArgs,
    ],
  });
  await waitUntilHealthy(supervisor, {
    name: 'kube-apiserver',
    logFile,
    url: `https://127.0.0.1:${port}/readyz`,
    authorityCertificate: options.pki.authority.certificate,
    client: options.pki.admin,
  });
  return pid;
}

/** Only writes: reads and watches would make it long, and nobody asks for theirs. */
const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    verbs: [get, list, watch]
  - level: Metadata
`;
