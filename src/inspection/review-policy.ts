import type { Hop } from '../api/path-policy.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { DeviceEntry } from '../catalogue/device-entry.ts';
import type { Finding } from '../findings/finding.ts';
import { policyName } from '../findings/policy-name.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import type { HopProblem } from './resolve-path.ts';

/** What only the catalogue and the cluster can say of a policy that its schema accepts. */
export interface PolicyReview {
  readonly compiled: CompiledPolicy;
  /** The policy cannot mean anything as it stands: admission refuses it. */
  readonly errors: readonly Finding[];
  /** It is taken as it stands, and its author is told. */
  readonly warnings: readonly Finding[];
}

/**
 * Reviews a policy's hops: a device that nobody knows (with a suggestion) or that is an end of the connection and not a hop,
 * and sockets of a device that has none, are errors; a timeout that its device cannot have, or an object that does not
 * declare one, is a warning.
 */
export function reviewPolicy(compiled: CompiledPolicy, catalogue: Catalogue): PolicyReview {
  const found = compiled.problems.map((problem) => findingOfProblem(problem, compiled, catalogue));
  const notDeclared = found.filter(({ code }) => code === 'NPP5009');
  const errors = found.filter(({ code }) => code !== 'NPP5009');
  const outside: Finding[] = [];
  for (const [index, hop] of compiled.spec.path.hops.entries()) {
    const device = hop.device === undefined ? undefined : catalogue.device(hop.device);
    if (device === undefined) continue;
    const base = (field: string): Finding =>
      baseFinding(compiled, hop.name, `/spec/path/hops/${index}/${field}`);
    errors.push(...socketsOfNone(hop, device, base));
    outside.push(...timeoutOutside(hop, device, base));
  }
  return { compiled, errors, warnings: [...notDeclared, ...outside] };
}

/** A finding about a field of the hop, without code and details of its own. */
type FieldFinding = (field: string) => Finding;

/**
 * The schema refuses sockets of a hop that passes connections through. Where the hop leaves that to its device, only the
 * catalogue knows.
 */
function socketsOfNone(hop: Hop, device: DeviceEntry, base: FieldFinding): readonly Finding[] {
  if (hop.mode !== undefined || device.mode === 'Terminate') return [];
  const given = (['keepAlive', 'reuseIdleSeconds'] as const).filter((field) => hop[field] !== undefined);
  return given.map((field) => ({
    ...base(field),
    details: {
      problem: `hop ${hop.name}: \`${field}\` may only be given on a hop that terminates connections, and ${device.id} passes them through; remove it, or set \`mode: Terminate\``,
    },
  }));
}

function timeoutOutside(hop: Hop, device: DeviceEntry, base: FieldFinding): readonly Finding[] {
  const seconds = hop.idleTimeoutSeconds;
  const range = seconds === undefined ? undefined : rangeOutside(device, seconds);
  if (seconds === undefined || range === undefined) return [];
  return [
    {
      ...base('idleTimeoutSeconds'),
      code: 'NPP5002',
      idleTimeoutSeconds: seconds,
      details: { device: device.id, range },
    },
  ];
}

function findingOfProblem(problem: HopProblem, compiled: CompiledPolicy, catalogue: Catalogue): Finding {
  const index = compiled.spec.path.hops.findIndex(({ name }) => name === problem.hop);
  const field = problem.kind === 'IdleTimeoutNotDeclared' ? 'idleTimeoutFrom' : 'device';
  const base = baseFinding(compiled, problem.hop, `/spec/path/hops/${index}/${field}`);
  switch (problem.kind) {
    case 'DeviceNotKnown': {
      const nearest = catalogue.nearestDevice(problem.about)?.id;
      return {
        ...base,
        code: 'NPP5001',
        details: { device: problem.about, ...(nearest === undefined ? {} : { nearest }) },
      };
    }
    case 'DeviceIsAnEnd':
      return { ...base, code: 'NPP5008', details: { device: problem.about } };
    case 'IdleTimeoutNotDeclared':
      return { ...base, code: 'NPP5009', details: { problem: problem.about } };
  }
}

function baseFinding(compiled: CompiledPolicy, hop: string, pointer: string): Finding {
  return {
    code: 'NPP5007',
    verdict: 'NotApplicable',
    basis: 'Evidence',
    policy: compiled.reference,
    hop,
    evidence: [],
    fixes: [],
    enforced: true,
    place: { object: compiled.reference, pointer },
    details: { policy: policyName(compiled.reference) },
  };
}

/** What the device accepts, where these seconds are outside of it. */
function rangeOutside(device: DeviceEntry, seconds: number): string | undefined {
  if (device.timeout === 'Fixed' && device.idleTimeoutSeconds !== undefined) {
    return seconds === device.idleTimeoutSeconds ? undefined : `fixed at ${device.idleTimeoutSeconds} s`;
  }
  const { minSeconds, maxSeconds } = device;
  const tooShort = minSeconds !== undefined && seconds < minSeconds;
  const tooLong = maxSeconds !== undefined && seconds > maxSeconds;
  if (!tooShort && !tooLong) return undefined;
  if (maxSeconds === undefined) return `at least ${minSeconds} s`;
  return minSeconds === undefined ? `at most ${maxSeconds} s` : `${minSeconds} to ${maxSeconds} s`;
}
