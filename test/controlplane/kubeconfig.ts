import { writeFile } from 'node:fs/promises';

/** How somebody proves who he is: by a client certificate (PEM texts) or by a bearer token. */
export type Credentials = { readonly certificate: string; readonly key: string } | { readonly token: string };

/** Writes a kubeconfig that needs no other file, readable by its owner only. */
export async function writeKubeconfig(
  path: string,
  server: string,
  authorityCertificate: string,
  credentials: Credentials,
): Promise<void> {
  const user =
    'token' in credentials
      ? { token: credentials.token }
      : {
          'client-certificate-data': base64(credentials.certificate),
          'client-key-data': base64(credentials.key),
        };
  const name = 'pathkeeper-test';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authorityCertificate) } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  // JSON is YAML, and every reader of kubeconfigs takes it.
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
