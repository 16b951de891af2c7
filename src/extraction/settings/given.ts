import type { Place } from '../../findings/place.ts';

/** By what way a value reached the container, the stronger first (Spring Boot's order, which holds for the others too). */
export type GivenOrigin = 'Argument' | 'Json' | 'SystemProperty' | 'Environment' | 'File';

/** A name and its text as somebody gave them to a container. Internal: the text may hold a password. */
export interface Given {
  readonly name: string;
  /** May hold gaps. */
  readonly text: string;
  readonly place: Place;
  readonly origin: GivenOrigin;
  /** Why it is not sure that it counts (a profile that may not be active), as a sentence. */
  readonly doubt?: string;
}
