import { layerOf, mayImport, mayImportPackage } from './layer-table.ts';
import type { Layer, LayerTable } from './layer-table.ts';
import type { SourceFile, SourceImport } from './read-source.ts';

const TABLE = 'src/layers.json';
/** Names that say where something is kept and not what it is. */
const EMPTY_NAMES = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'types',
  'index',
  'misc',
  'shared',
]);

/** Every breach of the table, each as a sentence that names the file to change. */
export function breaches(table: LayerTable, sources: readonly SourceFile[]): string[] {
  return [
    ...rankBreaches(table),
    ...sources.flatMap((source) => [...sourceBreaches(table, source), ...nameBreaches(source)]),
  ];
}

/** The folder of `src` that a file belongs to; the file's own name where it lies directly in `src`. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? path;
}

function rankBreaches(table: LayerTable): string[] {
  return table.layers.flatMap((layer) =>
    [...new Set([...namedBy(layer), ...(layer.typesOnlyFrom ?? [])])].flatMap((name) => {
      const other = layerOf(table, name);
      if (other === undefined)
        return [`${layer.folder} may import ${name}, which has no row: change ${TABLE}`];
      const upward = other.rank > layer.rank || namedBy(other).includes(layer.folder);
      return upward ? [`${layer.folder} may import ${name}, which is not below it: change ${TABLE}`] : [];
    }),
  );
}

function namedBy({ mayImport: allowed }: Layer): readonly string[] {
  return typeof allowed === 'string' ? [] : allowed;
}

function sourceBreaches(table: LayerTable, source: SourceFile): string[] {
  const folder = folderOf(source.path);
  const layer = layerOf(table, folder);
  if (layer === undefined) return [`${source.path}: src/${folder} has no row: add it to ${TABLE}`];
  return [
    ...source.imports.flatMap((found) => importBreaches(table, source.path, layer, found)),
    ...(layer.pure
      ? source.impurities.map(
          (name) =>
            `${source.path} uses ${name}: ${folder} is pure; take it as an argument in ${source.path}`,
        )
      : []),
  ];
}

function importBreaches(table: LayerTable, path: string, layer: Layer, found: SourceImport): string[] {
  if (found.target === undefined) return packageBreaches(table, path, layer, found.specifier);
  if (!found.target.startsWith('src/')) {
    const allowed = (layer.files ?? []).includes(found.target);
    return allowed ? [] : [`${path} imports ${found.target}, outside src: change ${path}`];
  }
  const folder = folderOf(found.target);
  const other = layerOf(table, folder);
  if (other === undefined) return [`${path} imports src/${folder}, which has no row: add it to ${TABLE}`];
  if (!mayImport(layer, other)) {
    return [
      `${path} imports ${found.target}: ${layer.folder} may not import ${folder}; change ${path}, or allow it in ${TABLE} and say why in docs/adr/`,
    ];
  }
  if (found.typeOnly || !(layer.typesOnlyFrom ?? []).includes(folder)) return [];
  return [
    `${path} imports values of ${found.target}: ${layer.folder} may import only types from ${folder}; write 'import type' in ${path}, or change typesOnlyFrom in ${TABLE}`,
  ];
}

function packageBreaches(table: LayerTable, path: string, layer: Layer, specifier: string): string[] {
  if (specifier.startsWith('node:')) {
    return layer.pure ? [`${path} imports ${specifier}: ${layer.folder} is pure; change ${path}`] : [];
  }
  const name = packageOf(specifier);
  if (mayImportPackage(table, layer, name)) return [];
  return [
    `${path} imports the package ${specifier}: ${layer.folder} may not; change ${path}, or allow it in ${TABLE}`,
  ];
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

function nameBreaches(source: SourceFile): string[] {
  return source.path
    .split('/')
    .slice(1)
    .filter((part) => EMPTY_NAMES.has(part.split('.')[0] ?? ''))
    .map((part) => `${source.path}: '${part}' does not say what is in it: rename ${source.path}`);
}

/** Allowances that no file uses. What concerns a folder that does not exist yet is not stale. */
export function staleAllowances(table: LayerTable, sources: readonly SourceFile[]): string[] {
  const used = usedBy(sources);
  return table.layers
    .filter(({ folder }) => used.has(folder))
    .flatMap((layer) => [...staleFolders(layer, used), ...stalePackages(table, layer, used)])
    .map((what) => `${what}: remove it from ${TABLE}`);
}

type Used = ReadonlyMap<string, ReadonlySet<string>>;

function usedBy(sources: readonly SourceFile[]): Used {
  const used = new Map<string, Set<string>>();
  for (const { path, imports } of sources) {
    const set = used.get(folderOf(path)) ?? new Set<string>();
    used.set(folderOf(path), set);
    for (const { target, specifier } of imports) {
      set.add(target === undefined ? packageOf(specifier) : folderOf(target));
    }
  }
  return used;
}

function staleFolders(layer: Layer, used: Used): string[] {
  return namedBy(layer)
    .filter((name) => used.has(name) && !used.get(layer.folder)?.has(name))
    .map((name) => `${layer.folder} may import ${name} and does not`);
}

function stalePackages(table: LayerTable, { folder, packages = [] }: Layer, used: Used): string[] {
  const shared = Object.entries(table.packages).filter(([, folders]) => folders.includes(folder));
  return [...packages, ...shared.map(([name]) => name)]
    .filter((name) => !used.get(folder)?.has(name))
    .map((name) => `${folder} may import the package ${name} and does not`);
}
