import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkMaterial } from '../../src/certs/check-material.ts';
import { createAuthority, issueCertificate } from '../../src/certs/issue-certificates.ts';
import { DEFAULT_LIFETIMES } from '../../src/certs/lifetimes.ts';
import { RENEWAL_REASONS } from '../../src/certs/renewal-reasons.ts';
import type { RenewalReason } from '../../src/certs/renewal-reasons.ts';
import type { SecretEntries } from '../../src/certs/certs.ts';
import type { Certificate } from '../../src/certs/certificate.ts';
import type { NewMaterial } from '../../src/certs/stored-material.ts';
import { bundleText, readMaterial, writeMaterial } from '../../src/certs/stored-material.ts';
import { DAY_MS, NAMES, START, sampleMaterial, signerOf } from './sample-material.ts';

interface Circumstances {
  readonly now?: number;
  readonly names?: readonly string[];
  readonly publishedForSeconds?: number;
  readonly servingIssuer?: Certificate;
}

/** What is found, as words only. */
function reasonsFor(entries: SecretEntries | undefined, given: Circumstances = {}): RenewalReason[] {
  return checkMaterial({
    stored: readMaterial(entries),
    now: given.now ?? START,
    names: given.names ?? NAMES,
    lifetimes: DEFAULT_LIFETIMES,
    publishedForSeconds: () => given.publishedForSeconds,
    servingIssuer: given.servingIssuer,
  }).map(({ reason }) => reason);
}

let whole: NewMaterial;
let other: NewMaterial;
beforeAll(async () => {
  whole = await sampleMaterial(START);
  other = await sampleMaterial(START);
});

/** A row: what the Secret holds (made from two whole ones), in which circumstances, and all that is found. */
interface Row {
  readonly entries: () => SecretEntries | undefined;
  readonly circumstances?: () => Circumstances;
  readonly found: readonly RenewalReason[];
}

const change = (entries: SecretEntries): SecretEntries => ({ ...writeMaterial(whole), ...entries });
const nextOf = (material: NewMaterial): SecretEntries => ({
  'next-ca.crt': material.authority.pem,
  'next-ca.key': material.authorityKey?.reveal() ?? '',
});
const at = (days: number) => (): Circumstances => ({ now: START + days * DAY_MS });

const ROWS: Readonly<Record<string, Row>> = {
  'a fresh Secret has nothing wrong': { entries: () => writeMaterial(whole), found: [] },
  'no Secret': { entries: () => undefined, found: ['SecretMissing'] },
  'an empty Secret': { entries: () => ({}), found: ['SecretMissing'] },
  'a Secret with foreign entries only': { entries: () => ({ note: 'x' }), found: ['SecretMissing'] },
  'entries from a prototype do not count': {
    entries: () => Object.create(writeMaterial(whole)) as SecretEntries,
    found: ['SecretMissing'],
  },
  'an authority in pieces': { entries: () => change({ 'ca.crt': 'rubbish' }), found: ['AuthorityCorrupt'] },
  'no authority': { entries: () => change({ 'ca.crt': '' }), found: ['AuthorityCorrupt'] },
  'a certificate that is no authority in its place': {
    entries: () => change({ 'ca.crt': whole.leaf.certificate.pem, 'ca.key': whole.leaf.key.reveal() }),
    found: ['AuthorityCorrupt', 'IssuerDiffers'],
  },
  'an entry far too large': {
    entries: () => change({ 'ca.crt': whole.authority.pem.repeat(200) }),
    found: ['AuthorityCorrupt'],
  },
  'the authority without its key': {
    entries: () => change({ 'ca.key': '' }),
    found: ['AuthorityKeyMissing'],
  },
  'a key in pieces': { entries: () => change({ 'ca.key': 'x' }), found: ['AuthorityKeyCorrupt'] },
  "another authority's key": {
    entries: () => change({ 'ca.key': other.authorityKey?.reveal() ?? '' }),
    found: ['AuthorityKeyCorrupt'],
  },
  'a day before the authority is due, everything else renewed': {
    entries: () => writeMaterial(whole),
    circumstances: at(19.9),
    found: [],
  },
  'a serving certificate after two thirds of its time': {
    entries: () => writeMaterial(whole),
    circumstances: at(20.1),
    found: ['RenewalDue'],
  },
  'a serving certificate past its end': {
    entries: () => writeMaterial(whole),
    circumstances: at(30),
    found: ['CertificateExpired', 'RenewalDue'],
  },
  'an authority after two thirds of its time': {
    entries: () => writeMaterial(whole),
    circumstances: at(244),
    found: ['AuthorityRenewalDue', 'CertificateExpired', 'RenewalDue'],
  },
  'an authority past its end': {
    entries: () => writeMaterial(whole),
    circumstances: at(365),
    found: ['AuthorityExpired', 'AuthorityRenewalDue', 'CertificateExpired', 'RenewalDue'],
  },
  'everything made by a clock a day ahead': {
    entries: () => writeMaterial(whole),
    circumstances: at(-1),
    found: ['AuthorityRenewalDue', 'CertificateNotYetValid'],
  },
  'a clock half an hour ahead is within the backdating': {
    entries: () => writeMaterial(whole),
    circumstances: at(-0.5 / 24),
    found: [],
  },
  'a next authority that is not in all bundles': { entries: () => change(nextOf(other)), found: [] },
  'a next authority that has just come into all bundles': {
    entries: () => change(nextOf(other)),
    circumstances: () => ({ publishedForSeconds: 299.9 }),
    found: [],
  },
  'a next authority that has been in all bundles for long enough': {
    entries: () => change(nextOf(other)),
    circumstances: () => ({ publishedForSeconds: 300 }),
    found: ['NextPublished'],
  },
  'a next authority without its key': {
    entries: () => change({ 'next-ca.crt': other.authority.pem }),
    found: ['NextCorrupt'],
  },
  "a next authority with another one's key": {
    entries: () => change({ ...nextOf(other), 'next-ca.key': whole.authorityKey?.reveal() ?? '' }),
    found: ['NextCorrupt'],
  },
  'a next authority that is none': {
    entries: () =>
      change({ 'next-ca.crt': other.leaf.certificate.pem, 'next-ca.key': other.leaf.key.reveal() }),
    found: ['NextCorrupt'],
  },
  'previous authorities in pieces': {
    entries: () => change({ 'previous-ca.crt': `${other.authority.pem}-----BEGIN CERTIFICATE-----\nx` }),
    found: [],
  },
  'previous authorities that are rubbish': {
    entries: () => change({ 'previous-ca.crt': 'rubbish' }),
    found: ['PreviousCorrupt'],
  },
  'a serving authority that the Secret does not name': {
    entries: () => writeMaterial(whole),
    circumstances: () => ({ servingIssuer: other.authority }),
    found: ['ServingIssuerMissing'],
  },
  'a serving authority that is a previous one': {
    entries: () => change({ 'previous-ca.crt': bundleText([other.authority]) }),
    circumstances: () => ({ servingIssuer: other.authority }),
    found: [],
  },
  'no serving certificate': {
    entries: () => change({ 'tls.crt': '', 'tls.key': '' }),
    found: ['CertificateMissing'],
  },
  'a serving certificate without its key': {
    entries: () => change({ 'tls.key': '' }),
    found: ['CertificateCorrupt'],
  },
  'a serving key in pieces': { entries: () => change({ 'tls.key': 'x' }), found: ['CertificateCorrupt'] },
  "another certificate's key": {
    entries: () => change({ 'tls.key': other.leaf.key.reveal() }),
    found: ['PrivateKeyMismatch'],
  },
  'a serving certificate of another authority': {
    entries: () => change({ 'tls.crt': other.leaf.certificate.pem, 'tls.key': other.leaf.key.reveal() }),
    found: ['IssuerDiffers'],
  },
  'a name that is not covered': {
    entries: () => writeMaterial(whole),
    circumstances: () => ({ names: [...NAMES, 'pathkeeper.elsewhere.svc'] }),
    found: ['DnsNamesDiffer'],
  },
  'fewer names than are covered': {
    entries: () => writeMaterial(whole),
    circumstances: () => ({ names: [NAMES[0]] }),
    found: [],
  },
};

describe('the checks', () => {
  test.each(Object.entries(ROWS))('%s', (_name, { entries, circumstances, found }) => {
    expect(reasonsFor(entries(), circumstances?.())).toEqual(found);
  });

  test('a next or previous authority that has expired, and a certificate that outlives its authority', async () => {
    const short = { ...DEFAULT_LIFETIMES, authoritySeconds: 86_400 };
    const brief = await createAuthority(START, short);
    const days = at(1.05)();
    const next = { 'next-ca.crt': brief.certificate.pem, 'next-ca.key': brief.key.reveal() };
    expect(reasonsFor(change(next), days)).toEqual(['NextExpired']);
    const previous = { 'previous-ca.crt': brief.certificate.pem };
    expect(reasonsFor(change(previous), at(1.01)())).toEqual([]);
    expect(reasonsFor(change(previous), days)).toEqual(['PreviousExpired']);
    const longLived = { ...signerOf(whole), certificate: whole.authority };
    const leaf = await issueCertificate(longLived, NAMES, START, DEFAULT_LIFETIMES);
    expect(leaf.certificate.notAfter).toBeLessThan(whole.authority.notAfter);
    const outlived = { 'ca.crt': brief.certificate.pem, 'ca.key': brief.key.reveal() };
    expect(reasonsFor(change(outlived))).toEqual(['IssuerDiffers', 'CaExpiresBeforeLeaf']);
  });

  test('every reason is raised by some row', () => {
    const raised = new Set(Object.values(ROWS).flatMap(({ found }) => found));
    const elsewhere = ['NextExpired', 'PreviousExpired', 'CaExpiresBeforeLeaf'] as const;
    for (const reason of elsewhere) raised.add(reason);
    expect([...raised].sort()).toEqual(Object.keys(RENEWAL_REASONS).sort());
  });

  test('no detail holds key material', () => {
    const entries = change({ 'ca.key': 'sesame', 'tls.key': 'sesame', 'next-ca.key': 'sesame' });
    const failures = checkMaterial({
      stored: readMaterial(entries),
      now: START,
      names: NAMES,
      lifetimes: DEFAULT_LIFETIMES,
      publishedForSeconds: () => undefined,
      servingIssuer: undefined,
    });
    expect(failures.length).toBeGreaterThan(2);
    expect(JSON.stringify(failures)).not.toContain('sesame');
  });
});
