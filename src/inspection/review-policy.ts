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
 * Reviews a policy's hops: a device that nobody knows (with a suggestion) or that is an end of the connection and not a hop
 * is an error; a timeout that its device cannot have, or an object that does not declare one, is a warning.
 */
export function reviewPolicy(compiled: CompiledPolicy, catalogue: Catalogue): PolicyReview {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  for (const problem of compiled.problems) {
    const list = problem.kind === 'IdleTimeoutNotDeclared' ? warnings : errors;
    list.push(findingOfProblem(problem, compiled, catalogue));
  }
  for (const [index, hop] of compiled.spec.path.hops.entries()) {
    const device = hop.device === undefined ? undefined : catalogue.device(hop.device);
    const seconds = hop.idleTimeoutSeconds;
    if (device === undefined || seconds === undefined) continue;
    const range = rangeOutside(device, seconds);
    if (range === undefined) continue;
    warnings.push({
      ...baseFinding(compiled, hop.name, `/spec/path/hops/${index}/idleTimeoutSeconds`),
      code: 'NPP5002',
      idleTimeoutSeconds: seconds,
      details: { device: device.id, range },
    });
  }
  return { compiled, errors, warnings };
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
  const tooSmall = device.minSeconds !== undefined && seconds < device.minSeconds;
  const tooLarge = device.maxSeconds !== undefined && seconds > device.maxSeconds;
  if (!tooSmall && !tooLarge) return undefined;
  const from = device.minSeconds === undefined ? '' : `from ${device.minSeconds} s `;
  return device.maxSeconds === undefined ? `${from}upward`.trim() : `${from}to ${device.maxSeconds} s`;
}
