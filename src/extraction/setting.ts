import type { Place } from '../findings/place.ts';

/** Why a value could not be learned. A closed list: metrics and messages hang on it. */
export type UnknownCause =
  | 'Secret'
  | 'DownwardApi'
  | 'ObjectMissing'
  | 'ObjectNotRead'
  | 'KeyMissing'
  | 'InitContainerFile'
  | 'Unresolvable'
  | 'Malformed'
  | 'TooLarge'
  | 'NodeSetting'
  | 'VersionNotKnown'
  | 'InCode'
  | 'NotDocumented';

/**
 * A setting's value with where it comes from. Unknown is a value, never an exception and never a silent default.
 *
 * - `Known`: read in the manifest or in what it references.
 * - `Defaulted`: absent, so the documented (or the kernel's) default holds; `assumed` where applications usually
 *   set it in code, so that its absence in the manifest proves little.
 * - `Unknown`: given, but not to be seen from here.
 */
export type Setting<T> =
  | {
      readonly state: 'Known';
      readonly name: string;
      readonly value: T;
      readonly text: string;
      readonly place: Place;
      /** Why the text is not what holds (a value below the least that is accepted), as a sentence. */
      readonly ignored?: string;
    }
  | {
      readonly state: 'Defaulted';
      readonly name: string;
      readonly value: T;
      readonly reason: string;
      readonly assumed: boolean;
    }
  | {
      readonly state: 'Unknown';
      readonly name: string;
      readonly cause: UnknownCause;
      readonly reason: string;
      readonly place?: Place;
    };

/** Seconds, or `Never` for a member that does not act (off, unlimited). */
export type Seconds = number | 'Never';
