import { Fault } from '../faults/fault.ts';
import type { SecretChange } from './certificate-events.ts';
import type { Certificate } from './certificate.ts';
import { createAuthority, issueCertificate } from './issue-certificates.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { RenewalPlan } from './plan-renewal.ts';
import type { PrivateKey } from './private-key.ts';
import { valueOf } from './stored-material.ts';
import type { KeyedCertificate, NewMaterial, StoredMaterial } from './stored-material.ts';

type WritePlan = Extract<RenewalPlan, { action: 'Write' }>;

interface Authority {
  readonly certificate: Certificate;
  readonly key: PrivateKey | undefined;
}

/** New material, and in one word what is new about it. */
interface MadeMaterial {
  readonly material: NewMaterial;
  readonly change: SecretChange;
}

/** Makes what the plan asks for and takes over the rest. The plan must be one for this material. */
export async function makeMaterial(
  stored: StoredMaterial,
  plan: WritePlan,
  names: readonly string[],
  now: number,
  lifetimes: Lifetimes,
): Promise<MadeMaterial> {
  const authority = await makeAuthority(stored, plan, now, lifetimes);
  const leaf = await makeLeaf(stored, plan, authority, (signer) =>
    issueCertificate(signer, names, now, lifetimes),
  );
  const next = plan.next === 'Create' ? await createAuthority(now, lifetimes) : undefined;
  return {
    material: {
      authority: authority.certificate,
      authorityKey: authority.key,
      next: plan.next === 'Keep' ? valueOf(stored.next) : next,
      leaf,
      previous: plan.previous,
    },
    change: describe(plan),
  };
}

async function makeAuthority(
  stored: StoredMaterial,
  plan: WritePlan,
  now: number,
  lifetimes: Lifetimes,
): Promise<Authority> {
  if (plan.authority === 'Create') return createAuthority(now, lifetimes);
  const next = valueOf(stored.next);
  if (plan.authority === 'Promote' && next !== undefined) return next;
  const certificate = valueOf(stored.authority);
  if (certificate === undefined)
    throw new Fault('CertificateUnusable', 'the plan keeps an authority that is not there');
  return { certificate, key: valueOf(stored.authorityKey) };
}

async function makeLeaf(
  stored: StoredMaterial,
  plan: WritePlan,
  authority: Authority,
  issue: (signer: KeyedCertificate) => Promise<KeyedCertificate>,
): Promise<KeyedCertificate> {
  const { certificate, key } = authority;
  if (plan.leaf === 'Issue' && key !== undefined) return issue({ certificate, key });
  const leaf = valueOf(stored.leaf);
  if (leaf === undefined)
    throw new Fault('CertificateUnusable', 'the plan keeps a certificate that is not there');
  return leaf;
}

function describe(plan: WritePlan): SecretChange {
  if (plan.authority === 'Create') return 'AuthorityCreated';
  if (plan.authority === 'Promote') return 'NextPromoted';
  if (plan.next === 'Create') return 'NextIntroduced';
  return plan.leaf === 'Issue' ? 'CertificateIssued' : 'TidiedUp';
}
