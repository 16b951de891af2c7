import type { ConfigReading, ConfigSources } from '../config-sources.ts';
import { SecretText } from '../secret-text.ts';
import type { UnknownCause } from '../setting.ts';
import type { WorkloadSubject } from '../workload-facts.ts';
import { type Gap, GapTable, withoutGapCharacters } from './gaps.ts';
import type { PodReading } from './read-pod.ts';

/** The most text of ConfigMaps and Secrets that is read for one workload: 4 MiB. */
const MOST_TEXT = 4 * 1024 * 1024;
/** The most text of one ConfigMap key: 1 MiB, which is also what the API server accepts for a whole object. */
const MOST_TEXT_OF_ONE = 1024 * 1024;

/** What everything that reads one workload shares. Lives for one extraction. */
export class ExtractionContext {
  readonly subject: WorkloadSubject;
  readonly pod: PodReading;
  readonly sources: ConfigSources;
  readonly secretsOn: boolean;
  readonly gaps: GapTable = new GapTable();
  #textLeft = MOST_TEXT;

  constructor(subject: WorkloadSubject, pod: PodReading, sources: ConfigSources, secretsOn: boolean) {
    this.subject = subject;
    this.pod = pod;
    this.sources = sources;
    this.secretsOn = secretsOn;
  }

  /** A Secret's content, or that it is not read. */
  secret(name: string): ConfigReading<SecretText> | { readonly state: 'Off' } {
    return this.secretsOn ? this.sources.secret(name) : { state: 'Off' };
  }

  /** A text from outside, safe to parse; a gap in its place when it, or all text so far, is too large. */
  admit(text: string, what: string): string {
    this.#textLeft -= text.length;
    if (text.length <= MOST_TEXT_OF_ONE && this.#textLeft >= 0) return withoutGapCharacters(text);
    return this.gap('TooLarge', `${what} is too large to be read.`);
  }

  /** A whole text that cannot be seen. */
  gap(cause: UnknownCause, reason: string, secret?: SecretText): string {
    const gap: Gap = secret === undefined ? { cause, reason } : { cause, reason, secret };
    return this.gaps.mark(gap);
  }

  /** A text that was read in a Secret, as a gap that may be used and not shown. */
  secretGap(text: string): string {
    return this.gap('Secret', 'It is a Secret.', new SecretText(text));
  }
}

/** Why an object that should have been read gives nothing, as cause and sentence. */
export function whyUnread(
  kind: 'ConfigMap' | 'Secret',
  name: string,
  reading:
    | { readonly state: 'Missing' }
    | { readonly state: 'Off' }
    | { readonly state: 'NotRead'; readonly reason: string },
): { readonly cause: UnknownCause; readonly reason: string } {
  if (reading.state === 'Missing') {
    return { cause: 'ObjectMissing', reason: `There is no ${kind} ${name}.` };
  }
  if (reading.state === 'Off') return { cause: 'Secret', reason: `Secret ${name} is not read.` };
  return { cause: 'ObjectNotRead', reason: `${kind} ${name} could not be read: ${reading.reason}.` };
}
