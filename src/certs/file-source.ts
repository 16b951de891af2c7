import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import { Fault } from '../faults/fault.ts';
import { renderFault } from '../faults/render-fault.ts';
import { Certificate } from './certificate.ts';
import type { CertificateListener } from './certificate-events.ts';
import type { CertificateSource, ServingCertificate, SourceHealth } from './certificate-source.ts';
import type { Clock } from './clock.ts';
import { PrivateKey } from './private-key.ts';

/** What a source of mounted files is made of. */
export interface FileSourceOptions {
  /** PEM: the serving certificate, then the authorities between it and the one in the bundles. */
  readonly certificateFile: string;
  /** PEM, not encrypted. */
  readonly keyFile: string;
  readonly clock: Clock;
  readonly listener: CertificateListener;
}

/**
 * A volume's files are replaced by moving a symbolic link that their folder's entries point through, so a watch on the
 * file itself goes on watching the old one, and a watch on the folder can be lost or unsupported. Hence both: the
 * folders are watched, and the files are read every ten seconds.
 */
const POLL_SECONDS = 10;
/** Several events come for one change; and the pair may be half-way through it. */
const QUIET_MILLISECONDS = 100;
/** A certificate with its chain is some kilobytes. */
const LARGEST_FILE = 65_536;

/** A certificate from files that somebody else keeps fresh, such as a volume of cert-manager's Secret. */
export function fileSource(options: FileSourceOptions): CertificateSource {
  return new FileSource(options);
}

class FileSource implements CertificateSource {
  readonly #options: FileSourceOptions;
  readonly #listeners = new Set<(certificate: ServingCertificate) => void>();
  readonly #watchers: FSWatcher[] = [];
  #current: ServingCertificate | undefined;
  #problem = 'the files have not been read yet';
  #cancelTimer: (() => void) | undefined;
  #reading: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: FileSourceOptions) {
    this.#options = options;
  }

  get(): ServingCertificate | undefined {
    return this.#current;
  }

  onChange(listener: (certificate: ServingCertificate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  healthy(): SourceHealth {
    const because = this.#problem === '' ? '' : `; ${this.#problem}`;
    if (this.#current === undefined) return { healthy: false, detail: `no certificate yet${because}` };
    const isValid = this.#current.notAfter > this.#options.clock.date().getTime();
    return {
      healthy: isValid,
      detail: `valid until ${new Date(this.#current.notAfter).toISOString()}${because}`,
    };
  }

  async start(): Promise<void> {
    const { certificateFile, keyFile } = this.#options;
    for (const folder of new Set([dirname(certificateFile), dirname(keyFile)])) this.#watch(folder);
    await this.#read();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
    for (const watcher of this.#watchers) watcher.close();
    this.#listeners.clear();
    await this.#reading;
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#readIn(QUIET_MILLISECONDS));
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // Not every file system can be watched; the files are read every ten seconds all the same.
    }
  }

  #readIn(milliseconds: number): void {
    if (this.#isStopped) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.clock.after(milliseconds, () => void this.#read());
  }

  #read(): Promise<void> {
    this.#reading ??= this.#readFiles().finally(() => {
      this.#reading = undefined;
      this.#readIn(POLL_SECONDS * 1000);
    });
    return this.#reading;
  }

  async #readFiles(): Promise<void> {
    const { certificateFile, keyFile, listener } = this.#options;
    try {
      const [certificatePem, keyPem] = await Promise.all([readText(certificateFile), readText(keyFile)]);
      const read = pairUp(certificatePem, keyPem);
      if (typeof read === 'string') this.#refuse(read);
      else this.#serve(read);
    } catch (error) {
      this.#problem = renderFault(error);
      listener({ event: 'Failed', error });
    }
  }

  /** What was served before goes on being served. */
  #refuse(detail: string): void {
    if (this.#problem !== detail) this.#options.listener({ event: 'FilesRefused', detail });
    this.#problem = detail;
  }

  #serve(read: ServingCertificate): void {
    this.#problem = '';
    if (read.certificatePem === this.#current?.certificatePem) return;
    this.#current = read;
    this.#options.listener({ event: 'Serving', notAfter: read.notAfter });
    for (const told of this.#listeners) told(read);
  }
}

/** A source that always serves this pair; for tests, and for whoever restarts to change it. Throws if they do not match. */
export function fixedSource(certificatePem: string, keyPem: string, clock: Clock): CertificateSource {
  const given = pairUp(certificatePem, keyPem);
  if (typeof given === 'string') throw new Fault('CertificateUnusable', given);
  const healthy = (): SourceHealth => ({
    healthy: given.notAfter > clock.date().getTime(),
    detail: `valid until ${new Date(given.notAfter).toISOString()}`,
  });
  return {
    get: () => given,
    start: () => Promise.resolve(),
    onChange: () => () => undefined,
    healthy,
    stop: () => Promise.resolve(),
  };
}

/** The pair, or in words why it is none. The text of the certificate file is kept: it may hold a chain. */
function pairUp(certificatePem: string, keyPem: string): ServingCertificate | string {
  const certificate = Certificate.parse(certificatePem);
  if (certificate === undefined) return 'the certificate file holds no certificate in PEM form';
  const key = PrivateKey.parse(keyPem);
  if (key === undefined) return 'the key file holds no unencrypted private key in PEM form';
  if (!certificate.belongsTo(key)) return 'the key belongs to another certificate';
  const refusal = refusedByTls(certificatePem, key);
  if (refusal !== undefined) return `no TLS server can use them: ${refusal}`;
  return { certificatePem, key, notAfter: certificate.notAfter };
}

/** Why the TLS library would not take the pair (a key too weak, a digest too old); undefined when it does. */
function refusedByTls(certificatePem: string, key: PrivateKey): string | undefined {
  try {
    createSecureContext({ cert: certificatePem, key: key.reveal() });
    return undefined;
  } catch (error) {
    return renderFault(error);
  }
}

function tooLarge(file: string): Fault {
  return new Fault('CertificateUnusable', `'${file}' is larger than ${LARGEST_FILE} bytes`);
}

async function readText(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > LARGEST_FILE) throw tooLarge(file);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
