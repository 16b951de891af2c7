/** The Kubernetes object in which something was read. */
export interface ObjectReference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/**
 * Where a value stands: the object and a JSON pointer into it (RFC 6901).
 * Only the command line maps a pointer to a file and a line.
 */
export interface Place {
  readonly object: ObjectReference;
  readonly pointer: string;
  /** What is meant inside the value that the pointer names: a URL parameter, a key and line of a file. */
  readonly within?: string;
  /** Line inside the value that the pointer names (a ConfigMap key that holds a file), from 1. */
  readonly lineWithin?: number;
}
