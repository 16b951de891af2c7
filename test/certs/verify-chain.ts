import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Whether an API server that goes by this bundle accepts the certificate for the name at that moment; undefined when it
 * does, else why not. Written apart from the product's own reading of certificates.
 */
export function refusal(
  certificatePem: string,
  bundle: string,
  name: string,
  moment: number,
): string | undefined {
  const leaf = new X509Certificate(certificatePem);
  if (leaf.checkHost(name) === undefined) return `not for ${name}`;
  if (!isValidAt(leaf, moment)) return `valid ${leaf.validFrom} to ${leaf.validTo}`;
  const authorities = (bundle.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
  const signers = authorities.filter((one) => leaf.checkIssued(one) && leaf.verify(one.publicKey));
  if (signers.length === 0) return `no authority for ${leaf.issuer} among ${authorities.length}`;
  return signers.some((one) => one.ca && isValidAt(one, moment)) ? undefined : 'its authority is not valid';
}

function isValidAt(certificate: X509Certificate, moment: number): boolean {
  return certificate.validFromDate.getTime() <= moment && moment < certificate.validToDate.getTime();
}
