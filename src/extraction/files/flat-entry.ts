/** One value of a configuration file: its key flattened with dots and `[index]`, its text, and its line from 1. */
export interface FlatEntry {
  readonly key: string;
  readonly text: string;
  readonly line: number;
  /** Which document of a file that holds several (YAML, multi-document properties), from 0. */
  readonly document: number;
}

/** A file with as many entries is no configuration of one program, and is not read. A reader stops there. */
export const MOST_ENTRIES = 20_000;

/**
 * A format of configuration files. A reader is given text of at most 1 MiB, takes time linear in it and
 * throws nothing. It gives the entries in the order of the file, or undefined where the text is not of its format.
 */
export interface FileReader {
  readonly format: string;
  /** Whether a file of this base name is of this format. */
  matches(name: string): boolean;
  read(text: string): readonly FlatEntry[] | undefined;
}
