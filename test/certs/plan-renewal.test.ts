import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SecretEntries } from '../../src/certs/certs.ts';
import { DEFAULT_LIFETIMES } from '../../src/certs/certs.ts';
import type { Certificate } from '../../src/certs/certificate.ts';
import { planRenewal } from '../../src/certs/plan-renewal.ts';
import type { RenewalPlan, RenewalSituation } from '../../src/certs/plan-renewal.ts';
import type { NewMaterial } from '../../src/certs/stored-material.ts';
import { bundleText, readMaterial, writeMaterial } from '../../src/certs/stored-material.ts';
import { DAY_MS, NAMES, START, sampleMaterial } from './sample-material.ts';

let whole: NewMaterial;
let other: NewMaterial;
beforeAll(async () => {
  whole = await sampleMaterial(START);
  other = await sampleMaterial(START);
});

interface Given {
  readonly days?: number;
  readonly published?: boolean;
  readonly servingIssuer?: Certificate;
  readonly situation?: Partial<RenewalSituation>;
}

function plan(entries: SecretEntries | undefined, given: Given = {}): RenewalPlan {
  return planRenewal(
    {
      stored: readMaterial(entries),
      now: START + (given.days ?? 0) * DAY_MS,
      names: NAMES,
      lifetimes: DEFAULT_LIFETIMES,
      publishedForSeconds: () => (given.published === true ? 1000 : undefined),
      servingIssuer: given.servingIssuer,
    },
    { canRestore: false, mayBeRestored: false, mayReissue: true, ...given.situation },
  );
}

/** The steps in four words. */
function steps(made: RenewalPlan): string {
  if (made.action !== 'Write') return made.action;
  return `${made.authority} ${made.next} ${made.leaf} ${made.previous.length}`;
}

const change = (entries: SecretEntries): SecretEntries => ({ ...writeMaterial(whole), ...entries });
const withNext = (entries: SecretEntries = {}): SecretEntries =>
  change({
    'next-ca.crt': other.authority.pem,
    'next-ca.key': other.authorityKey?.reveal() ?? '',
    ...entries,
  });

describe('the plan (authority, next, certificate, number of previous authorities)', () => {
  const rows: readonly (readonly [string, () => SecretEntries | undefined, Given, string])[] = [
    ['nothing to do', () => writeMaterial(whole), {}, 'Keep'],
    ['no Secret', () => undefined, {}, 'Create Drop Issue 0'],
    [
      'no Secret, and somebody may restore it',
      () => undefined,
      { situation: { mayBeRestored: true } },
      'Wait',
    ],
    ['no Secret, and it is remembered', () => undefined, { situation: { canRestore: true } }, 'Restore'],
    ['certificate due', () => writeMaterial(whole), { days: 21 }, 'Keep Keep Issue 0'],
    [
      'certificate due, but one was just made',
      () => writeMaterial(whole),
      { days: 21, situation: { mayReissue: false } },
      'Keep',
    ],
    [
      'certificate expired, though one was just made',
      () => writeMaterial(whole),
      { days: 31, situation: { mayReissue: false } },
      'Keep Keep Issue 0',
    ],
    ['authority due', () => writeMaterial(whole), { days: 250 }, 'Keep Create Issue 0'],
    ['authority due, next there', () => withNext(), { days: 250 }, 'Keep Keep Issue 0'],
    ['next published', () => withNext(), { published: true }, 'Promote Drop Issue 1'],
    ['next unreadable', () => withNext({ 'next-ca.key': 'x' }), {}, 'Keep Drop Keep 0'],
    [
      'next unreadable, though published',
      () => withNext({ 'next-ca.key': 'x' }),
      { published: true },
      'Keep Drop Keep 0',
    ],
    [
      'next unreadable, authority due',
      () => withNext({ 'next-ca.key': 'x' }),
      { days: 250 },
      'Keep Create Issue 0',
    ],
    ['authority expired, next there', () => withNext(), { days: 364.99 + 0.02 }, 'Create Drop Issue 1'],
    ['key taken out', () => change({ 'ca.key': '' }), {}, 'Keep Create Keep 0'],
    [
      'key taken out, though it is remembered',
      () => change({ 'ca.key': '' }),
      { situation: { canRestore: true } },
      'Keep Create Keep 0',
    ],
    ['key taken out, next not yet published', () => withNext({ 'ca.key': '' }), {}, 'Keep'],
    [
      'key taken out, next published',
      () => withNext({ 'ca.key': '' }),
      { published: true },
      'Promote Drop Issue 1',
    ],
    [
      'key taken out, certificate expired, next there',
      () => withNext({ 'ca.key': '' }),
      { days: 31 },
      'Promote Drop Issue 1',
    ],
    [
      'key taken out, certificate expired',
      () => change({ 'ca.key': '' }),
      { days: 31 },
      'Create Drop Issue 1',
    ],
    [
      'key of another authority, remembered',
      () => change({ 'ca.key': other.authorityKey?.reveal() ?? '' }),
      { situation: { canRestore: true } },
      'Restore',
    ],
    [
      'key of another authority, not remembered',
      () => change({ 'ca.key': other.authorityKey?.reveal() ?? '' }),
      {},
      'Keep Create Keep 0',
    ],
    ['authority unreadable, not remembered', () => change({ 'ca.crt': 'x' }), {}, 'Create Drop Issue 0'],
    ['authority unreadable, next there', () => withNext({ 'ca.crt': 'x' }), {}, 'Promote Drop Issue 0'],
    ['previous unreadable', () => change({ 'previous-ca.crt': 'x' }), {}, 'Keep Keep Keep 0'],
    ['previous repeated', () => change({ 'previous-ca.crt': bundleText([whole.authority]) }), {}, 'Keep'],
  ];
  test.each(rows)('%s', (_name, entries, given, expected) => {
    expect(steps(plan(entries(), given))).toBe(expected);
  });

  test('what a replica still serves by is kept among the previous authorities', () => {
    const made = plan(writeMaterial(whole), { servingIssuer: other.authority });
    expect(steps(made)).toBe('Keep Keep Keep 1');
    expect(made.action === 'Write' && made.previous[0]?.fingerprint).toBe(other.authority.fingerprint);
  });

  test('a retired authority is kept, whatever this replica serves', () => {
    const made = plan(withNext(), { published: true, servingIssuer: other.authority });
    expect(made.action === 'Write' && made.previous.map(({ fingerprint }) => fingerprint)).toEqual([
      whole.authority.fingerprint,
    ]);
  });

  test('there are never more than eight previous authorities, and the newest are kept', async () => {
    const many = await Promise.all(Array.from({ length: 9 }, () => sampleMaterial(START)));
    const authorities = many.map(({ authority }) => authority);
    const made = plan(change({ 'previous-ca.crt': bundleText(authorities) }), {
      servingIssuer: other.authority,
    });
    const kept = made.action === 'Write' ? made.previous : [];
    expect(kept.map(({ fingerprint }) => fingerprint)).toEqual(
      [...authorities.slice(2), other.authority].map(({ fingerprint }) => fingerprint),
    );
  });
});
