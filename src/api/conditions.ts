/**
 * Conditions of a policy's status, and the reasons that each may give. All four are always there, each with the
 * generation that was judged; where nothing is known yet the status is Unknown. They speak of what Pathkeeper found.
 * None says that the network was configured: Pathkeeper configures none.
 */
export const POLICY_CONDITIONS = {
  /**
   * The policy can be applied.
   *
   * True: `Accepted`, or `IdleTimeoutNotDeclared` (accepted, but an object that `idleTimeoutFrom` names is not there
   * or does not say; the message names the hop, the object and what is assumed instead).
   *
   * False, and the policy is not applied: `NotValid`, `DeviceNotKnown`, `DeviceIsAnEnd`. The message says what to
   * write instead.
   *
   * Unknown: `Pending`.
   */
  Accepted: {
    True: ['Accepted', 'IdleTimeoutNotDeclared'],
    False: ['NotValid', 'DeviceNotKnown', 'DeviceIsAnEnd'],
    Unknown: ['Pending'],
  },
  /**
   * The policy selects at least one workload.
   *
   * True: `WorkloadsSelected`. False: `NoWorkloadsSelected`; the message names the selector.
   *
   * Unknown: `Pending`, or `NotAccepted`.
   */
  Matched: {
    True: ['WorkloadsSelected'],
    False: ['NoWorkloadsSelected'],
    Unknown: ['Pending', 'NotAccepted'],
  },
  /**
   * Every selected workload that uses the path is heard, or closes, early enough.
   *
   * True: `AllProtected`. False: `WorkloadsAtRisk`, else `WorkloadsMarginal`; the message names the worst.
   *
   * Unknown: `WorkloadsUnknown` (nothing is at risk, but of some workload too little can be seen),
   * `NoWorkloadsSelected`, `Pending`, or `NotAccepted`.
   */
  Compliant: {
    True: ['AllProtected'],
    False: ['WorkloadsAtRisk', 'WorkloadsMarginal'],
    Unknown: ['WorkloadsUnknown', 'NoWorkloadsSelected', 'Pending', 'NotAccepted'],
  },
  /**
   * A probe measured the path, and it behaves as the policy says.
   *
   * True: `ProbeAgrees`. False: `ProbeDisagrees`; the message gives the idle timeout that was measured.
   *
   * Unknown: `NotProbed`, or `ProbeInconclusive`.
   */
  PathVerified: {
    True: ['ProbeAgrees'],
    False: ['ProbeDisagrees'],
    Unknown: ['NotProbed', 'ProbeInconclusive'],
  },
} as const;

type Conditions = typeof POLICY_CONDITIONS;

/** Type of a condition. */
export type PolicyConditionType = keyof Conditions;

/** The reasons that a condition may give for a status. */
export type PolicyConditionReason<
  Type extends PolicyConditionType,
  Status extends 'True' | 'False' | 'Unknown',
> = Conditions[Type][Status][number];
