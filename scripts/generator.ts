/** Makes files that are committed though a program writes them, so that readers find them and reviews see them change. */
export interface Generator {
  /** What it makes, for messages: `custom resource definitions`. */
  readonly name: string;
  /** Folders that hold nothing else: a file in them that `files` does not name is left over and removed. */
  readonly folders?: readonly string[];
  /** Path from the project's root (with `/`) to content. The same source always gives the same content. */
  files(): Promise<ReadonlyMap<string, string>>;
}
