import { createAuthority, issueCertificate } from '../../src/certs/issue-certificates.ts';
import type { Lifetimes } from '../../src/certs/lifetimes.ts';
import { DEFAULT_LIFETIMES } from '../../src/certs/lifetimes.ts';
import type { KeyedCertificate, NewMaterial } from '../../src/certs/stored-material.ts';

export const NAMES = ['pathkeeper-webhook.pathkeeper.svc', 'pathkeeper-webhook', '127.0.0.1'] as const;
export const NAME = NAMES[0];
export const DAY_MS = 86_400_000;
/** 2026-11-24 10:00 UTC. */
export const START = Date.UTC(2026, 10, 24, 10);

/** A whole Secret, made at that moment. */
export async function sampleMaterial(
  now: number,
  lifetimes: Lifetimes = DEFAULT_LIFETIMES,
): Promise<NewMaterial> {
  const authority = await createAuthority(now, lifetimes);
  const leaf = await issueCertificate(authority, NAMES, now, lifetimes);
  return {
    authority: authority.certificate,
    authorityKey: authority.key,
    next: undefined,
    leaf,
    previous: [],
  };
}

/** The authority of a whole Secret with its key. */
export function signerOf(material: NewMaterial): KeyedCertificate {
  if (material.authorityKey === undefined) throw new Error('the sample has no key');
  return { certificate: material.authority, key: material.authorityKey };
}
