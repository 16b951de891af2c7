import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import { parseSync, visitorKeys } from 'oxc-parser';

import { projectRoot } from '../controlplane/project-root.ts';

/** What a source file imports and which of the world's own things it uses. */
export interface SourceFile {
  /** From the project's root, such as `src/api/rule.ts`. */
  readonly path: string;
  readonly imports: readonly SourceImport[];
  /** What a pure folder must not use, as written: `Date.now`, `setTimeout`, `process`. */
  readonly impurities: readonly string[];
}

export interface SourceImport {
  readonly specifier: string;
  /** For a relative one: the file it names, from the project's root. */
  readonly target?: string;
  readonly typeOnly: boolean;
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Every TypeScript file below `src`. */
export function readSources(): SourceFile[] {
  return readdirSync(join(projectRoot(), 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `src/${file}`)
    .toSorted()
    .map((path) => readSource(path, readFileSync(join(projectRoot(), path), 'utf8')));
}

/** Reads a source; throws where it is not TypeScript. */
export function readSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text, { lang: 'ts', sourceType: 'module' });
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: SourceImport[] = [];
  const impurities: string[] = [];
  visit(program as unknown as Node, undefined, (node, parent) => {
    const found = importOf(node);
    if (found !== undefined) imports.push({ ...found, ...targetOf(path, found.specifier) });
    const impurity = impurityOf(node, parent);
    if (impurity !== undefined) impurities.push(impurity);
  });
  return { path, imports, impurities };
}

function visit(
  node: Node,
  parent: Node | undefined,
  see: (node: Node, parent: Node | undefined) => void,
): void {
  see(node, parent);
  for (const key of visitorKeys[node.type] ?? []) {
    const below = node[key];
    for (const child of Array.isArray(below) ? below : [below]) {
      if (typeof child === 'object' && child !== null) visit(child as Node, node, see);
    }
  }
}

function importOf(node: Node): { specifier: string; typeOnly: boolean } | undefined {
  const specifier = stringOf(node['source']);
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return specifier === undefined ? undefined : { specifier, typeOnly: isTypeOnly(node) };
    case 'ImportExpression':
      // A computed name cannot be held against a table: it is reported as it stands.
      return { specifier: specifier ?? '(computed)', typeOnly: false };
    case 'TSImportType':
      return specifier === undefined ? undefined : { specifier, typeOnly: true };
    default:
      return undefined;
  }
}

function isTypeOnly(node: Node): boolean {
  if (node['importKind'] === 'type' || node['exportKind'] === 'type') return true;
  const specifiers = (node['specifiers'] ?? []) as readonly Node[];
  const isType = (item: Node): boolean => item['importKind'] === 'type' || item['exportKind'] === 'type';
  return specifiers.length > 0 && specifiers.every(isType);
}

function stringOf(node: unknown): string | undefined {
  const value = (node as Node | null | undefined)?.['value'];
  return typeof value === 'string' ? value : undefined;
}

function targetOf(path: string, specifier: string): { target?: string } {
  return specifier.startsWith('.') ? { target: posix.normalize(posix.join(dirname(path), specifier)) } : {};
}

/** Names of the world: a clock, a timer, chance, the process, the network, the console. */
const GLOBALS = new Set([
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);
const MEMBERS = new Set(['process.env', 'Date.now', 'Math.random', 'Temporal.Now']);

function impurityOf(node: Node, parent: Node | undefined): string | undefined {
  if (node.type === 'MemberExpression') return impureMember(node);
  if (node.type === 'NewExpression' || node.type === 'CallExpression') return impureDate(node);
  if (node.type !== 'Identifier' || !GLOBALS.has(String(node['name']))) return undefined;
  return isNameOfMember(node, parent) ? undefined : String(node['name']);
}

function impureMember(node: Node): string | undefined {
  const name = `${nameOf(node['object'])}.${nameOf(node['property'])}`;
  return MEMBERS.has(name) ? name : undefined;
}

/** `new Date()` and `Date()` read the clock; `new Date(value)` does not. */
function impureDate(node: Node): string | undefined {
  if (nameOf(node['callee']) !== 'Date') return undefined;
  const given = (node['arguments'] as readonly unknown[]).length;
  if (node.type === 'CallExpression') return 'Date()';
  return given === 0 ? 'new Date()' : undefined;
}

function nameOf(node: unknown): string {
  const name = (node as Node | undefined)?.['name'];
  return typeof name === 'string' ? name : '';
}

/** `settings.process` and `{ process: 1 }` only name something. */
function isNameOfMember(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression') return parent['property'] === node && parent['computed'] !== true;
  return (
    'key' in parent && parent['key'] === node && parent['computed'] !== true && parent['shorthand'] !== true
  );
}
