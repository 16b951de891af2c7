/** What a condition says, and for each status the reasons that it may give, with what each means. */
interface ConditionDescription {
  readonly meaning: string;
  readonly True: Readonly<Record<string, string>>;
  readonly False: Readonly<Record<string, string>>;
  readonly Unknown: Readonly<Record<string, string>>;
}

const PENDING = 'The operator has not looked yet.';
const NOT_ACCEPTED = 'The policy is not applied; see Accepted.';

/**
 * Conditions of a policy's status. All four are always there, each with the generation that was judged; where nothing is
 * known yet the status is Unknown. They speak of what Pathkeeper found. None says that the network was configured:
 * Pathkeeper configures none. The reference page is made from this table.
 */
export const POLICY_CONDITIONS = {
  Accepted: {
    meaning: 'The policy can be applied.',
    True: {
      Accepted: 'It is applied as it stands.',
      IdleTimeoutNotDeclared:
        'It is applied, but an object that `idleTimeoutFrom` names is not there or does not say. The message names the hop, the object and what is assumed instead.',
    },
    False: {
      NotValid: 'Its spec cannot be read. The message names each field and what is allowed there.',
      DeviceNotKnown: 'A hop names a device that is not in the catalogue. The message names the nearest one.',
      DeviceIsAnEnd:
        'A hop names a server, which is an end of the connection and no hop: what it does belongs in `peer`.',
    },
    Unknown: { Pending: PENDING },
  },
  Matched: {
    meaning: 'The policy selects at least one workload.',
    True: { WorkloadsSelected: 'The message says how many.' },
    False: { NoWorkloadsSelected: 'No workload in reach has the labels that `podSelector` asks for.' },
    Unknown: { Pending: PENDING, NotAccepted: NOT_ACCEPTED },
  },
  Compliant: {
    meaning: 'Every selected workload that uses the path is heard, or closes, early enough.',
    True: { AllProtected: 'Every one of them is.' },
    False: {
      WorkloadsAtRisk:
        'At least one is silent for as long as the path remembers. The message names the worst.',
      WorkloadsMarginal:
        'None is at risk, but at least one is within the margin. The message names the worst.',
    },
    Unknown: {
      WorkloadsUnknown: 'None is at risk, but of at least one too little can be seen to tell.',
      NoWorkloadsSelected: 'There is nothing to judge.',
      Pending: PENDING,
      NotAccepted: NOT_ACCEPTED,
    },
  },
  PathVerified: {
    meaning: 'A probe measured the path, and it behaves as the policy says.',
    True: { ProbeAgrees: 'The message gives the idle timeout that was measured.' },
    False: { ProbeDisagrees: 'The message gives the idle timeout that was measured.' },
    Unknown: {
      NotProbed: 'No probe has measured the path.',
      ProbeInconclusive: 'A probe ran and could not tell. The message says why.',
    },
  },
} as const satisfies Readonly<Record<string, ConditionDescription>>;

type Conditions = typeof POLICY_CONDITIONS;

/** Type of a condition. */
export type PolicyConditionType = keyof Conditions;

/** The reasons that a condition may give for a status. */
export type PolicyConditionReason<
  Type extends PolicyConditionType,
  Status extends 'True' | 'False' | 'Unknown',
> = keyof Conditions[Type][Status] & string;
