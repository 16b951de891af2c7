import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Certificates and signatures are looked at once, dates each time: simulated years ask the same a million times. */
const leaves = new Map<string, X509Certificate>();
const signersOf = new Map<string, readonly X509Certificate[]>();

/**
 * Why an API server that goes by this bundle refuses the certificate for the name at that moment; undefined when it
 * accepts it. Written apart from the product's own reading of certificates.
 */
export function refusal(
  certificatePem: string,
  bundle: string,
  name: string,
  moment: number,
): string | undefined {
  const leaf = remember(leaves, certificatePem, () => new X509Certificate(certificatePem));
  if (leaf.checkHost(name) === undefined) return `not for ${name}`;
  if (!isValidAt(leaf, moment)) return `valid ${leaf.validFrom} to ${leaf.validTo}`;
  const signers = remember(signersOf, `${certificatePem}\n${bundle}`, () =>
    (bundle.match(BLOCK) ?? [])
      .map((block) => new X509Certificate(block))
      .filter((one) => leaf.checkIssued(one) && leaf.verify(one.publicKey)),
  );
  if (signers.length === 0) return `no authority for ${leaf.issuer}`;
  return signers.some((one) => one.ca && isValidAt(one, moment)) ? undefined : 'its authority is not valid';
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

function isValidAt(certificate: X509Certificate, moment: number): boolean {
  return certificate.validFromDate.getTime() <= moment && moment < certificate.validToDate.getTime();
}
