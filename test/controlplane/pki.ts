import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createAuthority, createSigningKey, issueClient, issueServer, type KeyPair } from './certificates.ts';

interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** The certificates and keys of one control plane: as text, and the files that its programs read. */
export interface Pki {
  readonly authority: KeyPair;
  /** The member of system:masters who may do everything. */
  readonly admin: KeyPair;
  readonly files: {
    readonly authority: KeyPairFiles;
    readonly apiServer: KeyPairFiles;
    readonly etcdServer: KeyPairFiles;
    readonly etcdClient: KeyPairFiles;
    readonly serviceAccountPublicKey: string;
    readonly serviceAccountKey: string;
  };
}

const LOOPBACK = { dns: ['localhost'], ip: ['127.0.0.1', '::1'] };
const IN_CLUSTER_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

export async function createPki(folder: string): Promise<Pki> {
  await mkdir(folder, { mode: 0o700 });
  const authority = await createAuthority('pathkeeper-test-ca');
  const serverNames = { dns: [...LOOPBACK.dns, ...IN_CLUSTER_NAMES], ip: LOOPBACK.ip };
  const apiServer = await issueServer(authority, 'kube-apiserver', serverNames);
  const etcdServer = await issueServer(authority, 'etcd', LOOPBACK);
  const etcdClient = await issueClient(authority, 'kube-apiserver-etcd-client', []);
  const admin = await issueClient(authority, 'pathkeeper-test-admin', ['system:masters']);
  const signing = await createSigningKey();

  const save = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const savePair = async (name: string, pair: KeyPair): Promise<KeyPairFiles> => ({
    certificate: await save(`${name}.crt`, pair.certificate),
    key: await save(`${name}.key`, pair.key),
  });
  return {
    authority,
    admin,
    files: {
      authority: await savePair('ca', authority),
      apiServer: await savePair('apiserver', apiServer),
      etcdServer: await savePair('etcd', etcdServer),
      etcdClient: await savePair('etcd-client', etcdClient),
      serviceAccountPublicKey: await save('service-account.pub', signing.publicKey),
      serviceAccountKey: await save('service-account.key', signing.key),
    },
  };
}
