import { Certificate, distinct } from './certificate.ts';
import type { SecretEntries } from './certificate-store.ts';
import { PrivateKey } from './private-key.ts';

/** One entry of the Secret, as it was found. */
export type Part<T> =
  | { readonly state: 'Absent' }
  | { readonly state: 'Corrupt'; readonly detail: string }
  | { readonly state: 'Present'; readonly value: T };

/** A certificate and its key. */
export interface KeyedCertificate {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

/**
 * Everything that the Secret holds. `authority` signs and is trusted; `next`, while a change of authority is under
 * way, is trusted but signs nothing yet; `previous` signs nothing any more but is trusted until it expires.
 */
export interface StoredMaterial {
  readonly exists: boolean;
  readonly authority: Part<Certificate>;
  readonly authorityKey: Part<PrivateKey>;
  readonly next: Part<KeyedCertificate>;
  readonly leaf: Part<KeyedCertificate>;
  readonly previous: Part<readonly Certificate[]>;
}

/** What gets written. The authority lacks its key only while a successor is being introduced because of that. */
export interface NewMaterial {
  readonly authority: Certificate;
  readonly authorityKey: PrivateKey | undefined;
  readonly next: KeyedCertificate | undefined;
  readonly leaf: KeyedCertificate;
  readonly previous: readonly Certificate[];
}

/** Names of the Secret's entries. The first four are the ones that cert-manager and kubectl users know. */
const ENTRY = {
  authority: 'ca.crt',
  authorityKey: 'ca.key',
  leaf: 'tls.crt',
  leafKey: 'tls.key',
  next: 'next-ca.crt',
  nextKey: 'next-ca.key',
  previous: 'previous-ca.crt',
} as const;

/** All of them. */
export const ENTRY_NAMES: ReadonlySet<string> = new Set(Object.values(ENTRY));

const ABSENT = { state: 'Absent' } as const;

function readPart<T>(
  entries: SecretEntries,
  name: string,
  parse: (text: string) => T | undefined,
  what: string,
): Part<T> {
  const text = Object.hasOwn(entries, name) ? (entries[name] ?? '') : '';
  if (text.trim() === '') return ABSENT;
  const value = parse(text);
  return value === undefined
    ? { state: 'Corrupt', detail: `\`${name}\` is not ${what} in PEM form` }
    : { state: 'Present', value };
}

function readCertificate(entries: SecretEntries, name: string): Part<Certificate> {
  return readPart(entries, name, (text) => Certificate.parse(text), 'a certificate');
}

function readKey(entries: SecretEntries, name: string): Part<PrivateKey> {
  return readPart(entries, name, (text) => PrivateKey.parse(text), 'a private key');
}

/** Reads a certificate with its key; one without the other, or two that do not belong together, are corrupt. */
function readPair(entries: SecretEntries, certificateName: string, keyName: string): Part<KeyedCertificate> {
  const certificate = readCertificate(entries, certificateName);
  const key = readKey(entries, keyName);
  if (certificate.state === 'Absent' && key.state === 'Absent') return ABSENT;
  if (certificate.state === 'Corrupt') return certificate;
  if (key.state === 'Corrupt') return key;
  if (certificate.state === 'Absent')
    return { state: 'Corrupt', detail: `\`${certificateName}\` is missing` };
  if (key.state === 'Absent') return { state: 'Corrupt', detail: `\`${keyName}\` is missing` };
  return { state: 'Present', value: { certificate: certificate.value, key: key.value } };
}

/** Reads the Secret's entries; never throws, whatever they hold. */
export function readMaterial(entries: SecretEntries | undefined): StoredMaterial {
  const present = entries ?? {};
  return {
    exists: entries !== undefined,
    authority: readCertificate(present, ENTRY.authority),
    authorityKey: readKey(present, ENTRY.authorityKey),
    next: readPair(present, ENTRY.next, ENTRY.nextKey),
    leaf: readPair(present, ENTRY.leaf, ENTRY.leafKey),
    previous: readPart(present, ENTRY.previous, (text) => Certificate.parseAll(text), 'certificates'),
  };
}

/** The Secret's entries for this material. */
export function writeMaterial(material: NewMaterial): SecretEntries {
  const entries: Record<string, string> = {
    [ENTRY.authority]: material.authority.pem,
    [ENTRY.leaf]: material.leaf.certificate.pem,
    [ENTRY.leafKey]: material.leaf.key.reveal(),
  };
  if (material.authorityKey !== undefined) entries[ENTRY.authorityKey] = material.authorityKey.reveal();
  if (material.next !== undefined) {
    entries[ENTRY.next] = material.next.certificate.pem;
    entries[ENTRY.nextKey] = material.next.key.reveal();
  }
  if (material.previous.length > 0) entries[ENTRY.previous] = bundleText(material.previous);
  return entries;
}

/** Value of a part, where there is one. */
export function valueOf<T>(part: Part<T>): T | undefined {
  return part.state === 'Present' ? part.value : undefined;
}

/** The authorities that the webhook configurations are to trust, for what the Secret holds. */
export function trusted(material: StoredMaterial): Certificate[] {
  const authority = valueOf(material.authority);
  const next = valueOf(material.next)?.certificate;
  return distinct([
    ...(authority === undefined ? [] : [authority]),
    ...(next === undefined ? [] : [next]),
    ...(valueOf(material.previous) ?? []),
  ]);
}

/** Certificates as one PEM text. */
export function bundleText(certificates: readonly Certificate[]): string {
  return certificates.map((certificate) => certificate.pem).join('');
}
