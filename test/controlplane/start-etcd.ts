import { join } from 'node:path';

import { freePort } from './free-port.ts';
import { onFreePorts } from './on-free-ports.ts';
import type { Pki } from './pki.ts';
import type { Supervisor } from './supervisor.ts';
import { waitUntilHealthy } from './wait-until-healthy.ts';

/**
 * Starts an etcd. Only clients with a certificate of this control plane are served: who
 * comes by a port that has changed hands is refused. Nothing is synced to disk: the data dies with the test.
 */
export function startEtcd(
  supervisor: Supervisor,
  command: string,
  pki: Pki,
): Promise<{ readonly pid: number; readonly url: string }> {
  return onFreePorts(async () => {
    const [clientPort, peerPort] = [await freePort(), await freePort()];
    const clientUrl = `https://127.0.0.1:${clientPort}`;
    const peerUrl = `https://127.0.0.1:${peerPort}`;
    const { authority, etcdServer } = pki.files;
    const logFile = join(supervisor.folder, 'etcd.log');
    const pid = await supervisor.start({
      name: 'etcd',
      command,
      logFile,
      args: [
        '--name=etcd',
        `--data-dir=${join(supervisor.folder, `etcd-${clientPort}`)}`,
        `--listen-client-urls=${clientUrl}`,
        `--advertise-client-urls=${clientUrl}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=etcd=${peerUrl}`,
        `--cert-file=${etcdServer.certificate}`,
        `--key-file=${etcdServer.key}`,
        `--trusted-ca-file=${authority.certificate}`,
        '--client-cert-auth',
        `--peer-cert-file=${etcdServer.certificate}`,
        `--peer-key-file=${etcdServer.key}`,
        `--peer-trusted-ca-file=${authority.certificate}`,
        '--peer-client-cert-auth',
        '--unsafe-no-fsync',
        '--log-level=warn',
      ],
    });
    await waitUntilHealthy(supervisor, {
      name: 'etcd',
      logFile,
      url: `${clientUrl}/health`,
      authorityCertificate: pki.authority.certificate,
      client: pki.admin,
    });
    return { pid, url: clientUrl };
  });
}
