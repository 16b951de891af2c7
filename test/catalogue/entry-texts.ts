/** A well-formed device; line numbers in tests count in it. */
export const DEVICE = `id: some-firewall
title: Some firewall
vendor: Some
aliases: [somewall]
kind: Firewall
idleTimer: Known
idleTimeoutSeconds: 3600
minSeconds: 60
maxSeconds: 7200
timeout: Configurable
onExpiry: Drop
refreshedBy: Packets
mode: Passthrough
configuredBy: a knob
kubernetes:
  - { kind: Service, annotation: example.com/idle }
history:
  - { from: '2020', idleTimeoutSeconds: 1800, says: Half an hour. }
  - { from: '2024-05', idleTimeoutSeconds: 3600, says: An hour. }
confidence: High
sources:
  - url: https://example.com/one
    says: The default is one hour.
`;

/** A well-formed client; line numbers in tests count in it. */
export const CLIENT = `id: some-driver
title: Some driver
kind: Driver
ecosystem: Jvm
recognise:
  schemes: ['jdbc:some']
  env: ['SOME_*']
settings:
  - name: keepAlive
    type: Boolean
    given: [{ urlParameter: keepAlive }]
    defaults:
      - { value: 'false', until: '2.0' }
      - { value: 'true', since: '2.0' }
  - name: idleTimeout
    type: Duration
    unit: Seconds
    special: [{ value: '0', means: 'Off' }]
keepAlive:
  enabled: Setting
  setting: keepAlive
limits:
  - kind: IdleEviction
    value: { setting: idleTimeout }
    states: [Pooled]
    when: [{ setting: idleTimeout, above: 0 }]
remedies:
  - title: Turn keep-alive on
    set: [{ setting: keepAlive, value: 'true' }]
    acts: Packets
confidence: High
sources:
  - url: https://example.com/one
    says: It has settings.
`;

/** The text with one passage in another's place, which must be there. */
export function changed(text: string, passage: string, other: string): string {
  if (!text.includes(passage)) throw new Error(`no such passage: ${passage}`);
  return text.replace(passage, other);
}
