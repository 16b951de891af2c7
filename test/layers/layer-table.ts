import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../controlplane/project-root.ts';

/** A folder of `src` (or a file directly in it) and what it may import. */
export interface Layer {
  readonly folder: string;
  /** Nothing imports from a higher rank. */
  readonly rank: number;
  /** No clock, no timer, no random source, no module of Node: everything arrives as an argument. */
  readonly pure: boolean;
  /** Folders by name; `below`: every lower rank; `all`: everything. */
  readonly mayImport: readonly string[] | 'below' | 'all';
  /** Of these only types. */
  readonly typesOnlyFrom?: readonly string[];
  /** Packages that only the folders which list them may import. */
  readonly packages?: readonly string[];
  /** Files outside `src` that it may import. */
  readonly files?: readonly string[];
}

/** What `src/layers.json` holds. */
export interface LayerTable {
  readonly layers: readonly Layer[];
  /** Package to the folders that may import it, beside those whose row lists it. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
}

export function readLayerTable(): LayerTable {
  return JSON.parse(readFileSync(join(projectRoot(), 'src', 'layers.json'), 'utf8')) as LayerTable;
}

export function layerOf(table: LayerTable, folder: string): Layer | undefined {
  return table.layers.find((layer) => layer.folder === folder);
}

/** Whether the row of one folder allows an import from the other. */
export function mayImport(from: Layer, to: Layer): boolean {
  if (from.folder === to.folder || from.mayImport === 'all') return true;
  if (from.mayImport === 'below') return to.rank < from.rank;
  return from.mayImport.includes(to.folder);
}

export function mayImportPackage(table: LayerTable, from: Layer, name: string): boolean {
  const listed = Object.hasOwn(table.packages, name) ? (table.packages[name] ?? []) : [];
  return listed.includes(from.folder) || (from.packages ?? []).includes(name);
}
