import type { Certificate } from './certificate.ts';
import { isRenewalDue } from './lifetimes.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { RenewalFailure, RenewalReason } from './renewal-reasons.ts';
import { trusted, valueOf } from './stored-material.ts';
import type { KeyedCertificate, StoredMaterial } from './stored-material.ts';

/** All that the checks may look at: gathered first, judged then, so that a check is a few lines and has no clock. */
export interface RenewalInput {
  readonly stored: StoredMaterial;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** DNS names and IP addresses that the certificate must cover. */
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  /** Seconds for which every webhook configuration was seen to hold it; undefined when one of them does not. */
  readonly publishedForSeconds: (authority: Certificate) => number | undefined;
  /** Who signed what this replica serves at the moment. */
  readonly servingIssuer: Certificate | undefined;
}

type Check = (input: RenewalInput) => RenewalFailure | undefined;

function failure(reason: RenewalReason, detail: string): RenewalFailure {
  return { reason, detail };
}

/** A moment as people and logs write it. */
function moment(milliseconds: number): string {
  return Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString() : 'an unreadable date';
}

const secretIsMissing: Check = ({ stored }) => {
  const parts = [stored.authority, stored.authorityKey, stored.leaf, stored.next, stored.previous];
  if (stored.exists && parts.some((part) => part.state !== 'Absent')) return undefined;
  return failure('SecretMissing', stored.exists ? 'the Secret has no entry of ours' : 'there is no Secret');
};

const authorityIsCorrupt: Check = ({ stored: { authority } }) => {
  if (authority.state === 'Absent') return failure('AuthorityCorrupt', '`ca.crt` is missing');
  if (authority.state === 'Corrupt') return failure('AuthorityCorrupt', authority.detail);
  if (!authority.value.isAuthority) return failure('AuthorityCorrupt', '`ca.crt` is not an authority');
  return undefined;
};

const authorityKeyIsMissing: Check = ({ stored: { authorityKey } }) =>
  authorityKey.state === 'Absent' ? failure('AuthorityKeyMissing', '`ca.key` is missing') : undefined;

const authorityKeyIsCorrupt: Check = ({ stored: { authority, authorityKey } }) => {
  if (authorityKey.state === 'Corrupt') return failure('AuthorityKeyCorrupt', authorityKey.detail);
  if (authorityKey.state !== 'Present' || authority.state !== 'Present') return undefined;
  if (authority.value.belongsTo(authorityKey.value)) return undefined;
  return failure('AuthorityKeyCorrupt', '`ca.key` does not belong to `ca.crt`');
};

const authorityIsExpired: Check = ({ stored, now }) => {
  const authority = valueOf(stored.authority);
  if (authority === undefined || authority.notAfter > now) return undefined;
  return failure('AuthorityExpired', `expired at ${moment(authority.notAfter)}`);
};

const authorityIsDue: Check = ({ stored, now, lifetimes }) => {
  const authority = valueOf(stored.authority);
  if (authority === undefined) return undefined;
  if (authority.notBefore > now)
    return failure('AuthorityRenewalDue', `valid from ${moment(authority.notBefore)}`);
  if (!isRenewalDue(authority, now, lifetimes)) return undefined;
  return failure('AuthorityRenewalDue', `valid until ${moment(authority.notAfter)}`);
};

const nextIsCorrupt: Check = ({ stored: { next } }) => {
  if (next.state === 'Corrupt') return failure('NextCorrupt', next.detail);
  if (next.state === 'Absent') return undefined;
  if (!next.value.certificate.isAuthority) return failure('NextCorrupt', '`next-ca.crt` is not an authority');
  if (next.value.certificate.belongsTo(next.value.key)) return undefined;
  return failure('NextCorrupt', '`next-ca.key` does not belong to `next-ca.crt`');
};

const nextIsExpired: Check = ({ stored, now }) => {
  const next = valueOf(stored.next)?.certificate;
  if (next === undefined || next.notAfter > now) return undefined;
  return failure('NextExpired', `expired at ${moment(next.notAfter)}`);
};

const nextIsPublished: Check = ({ stored, publishedForSeconds, lifetimes }) => {
  const next = valueOf(stored.next)?.certificate;
  const seconds = next === undefined ? undefined : publishedForSeconds(next);
  if (seconds === undefined || seconds < lifetimes.propagationSeconds) return undefined;
  return failure('NextPublished', `in every bundle for ${Math.floor(seconds)} s`);
};

const previousIsCorrupt: Check = ({ stored: { previous } }) =>
  previous.state === 'Corrupt' ? failure('PreviousCorrupt', previous.detail) : undefined;

/** The hour of backdating again: a verifier whose clock is behind may still accept what the authority signed. */
const previousIsExpired: Check = ({ stored, now, lifetimes }) => {
  const expired = (valueOf(stored.previous) ?? []).filter((one) => isLongExpired(one, now, lifetimes));
  return expired.length === 0 ? undefined : failure('PreviousExpired', `${expired.length} expired`);
};

/** Only an authority that still counts is missed: what it signed has not expired either. */
const servingIssuerIsMissing: Check = ({ stored, servingIssuer, now }) => {
  if (servingIssuer === undefined || servingIssuer.notAfter <= now) return undefined;
  const isNamed = trusted(stored).some((one) => one.fingerprint === servingIssuer.fingerprint);
  return isNamed ? undefined : failure('ServingIssuerMissing', 'a certificate signed by it is being served');
};

const certificateIsUnreadable: Check = ({ stored: { leaf } }) => {
  if (leaf.state === 'Absent') return failure('CertificateMissing', '`tls.crt` and `tls.key` are missing');
  return leaf.state === 'Corrupt' ? failure('CertificateCorrupt', leaf.detail) : undefined;
};

/** A check of a certificate that could be read. */
function ofLeaf(check: (leaf: KeyedCertificate, input: RenewalInput) => RenewalFailure | undefined): Check {
  return (input) => {
    const leaf = valueOf(input.stored.leaf);
    return leaf === undefined ? undefined : check(leaf, input);
  };
}

const keysDiffer = ofLeaf(({ certificate, key }) =>
  certificate.belongsTo(key)
    ? undefined
    : failure('PrivateKeyMismatch', '`tls.key` does not belong to `tls.crt`'),
);

const issuerDiffers = ofLeaf(({ certificate }, { stored }) => {
  const authority = valueOf(stored.authority);
  if (authority === undefined || certificate.isSignedBy(authority)) return undefined;
  return failure('IssuerDiffers', '`tls.crt` was not signed by `ca.crt`');
});

const certificateIsExpired = ofLeaf(({ certificate }, { now }) =>
  certificate.notAfter <= now
    ? failure('CertificateExpired', `expired at ${moment(certificate.notAfter)}`)
    : undefined,
);

const certificateIsNotYetValid = ofLeaf(({ certificate }, { now }) =>
  certificate.notBefore > now
    ? failure('CertificateNotYetValid', `valid from ${moment(certificate.notBefore)}`)
    : undefined,
);

const certificateIsDue = ofLeaf(({ certificate }, { now, lifetimes }) =>
  isRenewalDue(certificate, now, lifetimes)
    ? failure('RenewalDue', `valid until ${moment(certificate.notAfter)}`)
    : undefined,
);

/** More names than needed are no reason: during an upgrade, old and new replicas would undo each other's work. */
const namesDiffer = ofLeaf(({ certificate }, { names }) => {
  const missing = names.filter((name) => !certificate.covers(name));
  return missing.length === 0 ? undefined : failure('DnsNamesDiffer', `without ${missing.join(', ')}`);
});

const outlivesItsAuthority = ofLeaf(({ certificate }, { stored }) => {
  const authority = valueOf(stored.authority);
  if (authority === undefined || certificate.notAfter <= authority.notAfter) return undefined;
  return failure('CaExpiresBeforeLeaf', `the authority is valid until ${moment(authority.notAfter)}`);
});

/** In the order in which a reader wants to hear of them: what is broken, then what is due. */
const CHECKS: readonly Check[] = [
  secretIsMissing,
  authorityIsCorrupt,
  authorityKeyIsMissing,
  authorityKeyIsCorrupt,
  authorityIsExpired,
  authorityIsDue,
  nextIsCorrupt,
  nextIsExpired,
  nextIsPublished,
  previousIsCorrupt,
  previousIsExpired,
  servingIssuerIsMissing,
  certificateIsUnreadable,
  keysDiffer,
  issuerDiffers,
  certificateIsExpired,
  certificateIsNotYetValid,
  certificateIsDue,
  namesDiffer,
  outlivesItsAuthority,
];

/** Everything that speaks for changing the Secret, not just the first thing. Of a missing Secret nothing more is said. */
export function checkMaterial(input: RenewalInput): RenewalFailure[] {
  const missing = secretIsMissing(input);
  if (missing !== undefined) return [missing];
  return CHECKS.map((check) => check(input)).filter((found) => found !== undefined);
}

/** True when nothing that the authority signed can be valid any more, on whatever clock. */
export function isLongExpired(authority: Certificate, now: number, lifetimes: Lifetimes): boolean {
  return authority.notAfter + lifetimes.backdateSeconds * 1000 <= now;
}

/** True when the stored authority can sign: readable, with its own key, not expired. */
export function canSign(stored: StoredMaterial, now: number): boolean {
  const authority = valueOf(stored.authority);
  const key = valueOf(stored.authorityKey);
  if (authority === undefined || key === undefined) return false;
  return authority.isAuthority && authority.notAfter > now && authority.belongsTo(key);
}

/** True when the stored serving certificate works as it is: readable, with its own key, trusted, not expired. */
export function canServe(stored: StoredMaterial, now: number): boolean {
  const leaf = valueOf(stored.leaf);
  if (leaf === undefined || leaf.certificate.notAfter <= now) return false;
  return leaf.certificate.belongsTo(leaf.key) && issuerOf(leaf.certificate, trusted(stored)) !== undefined;
}

/** True when the stored next authority can take over: readable, with its own key, not expired. */
export function canSucceed(stored: StoredMaterial, now: number): boolean {
  const next = valueOf(stored.next);
  if (next === undefined) return false;
  return (
    next.certificate.isAuthority && next.certificate.notAfter > now && next.certificate.belongsTo(next.key)
  );
}

/** The one among the authorities that signed the certificate. */
export function issuerOf(
  certificate: Certificate,
  authorities: readonly Certificate[],
): Certificate | undefined {
  return authorities.find((authority) => certificate.isSignedBy(authority));
}
