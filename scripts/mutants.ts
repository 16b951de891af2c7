// Small ways in which a line of code can be wrong: comparisons shifted or turned round, least and greatest, sums,
// and/or, conditions, numbers. Each as a replacement of a stretch of the text.
import { parseSync } from 'oxc-parser';

/** One mutant: the text from `start` to `end` becomes `replacement`. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
  /** The line it stands on, trimmed, and its number. */
  readonly line: string;
  readonly lineNumber: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '&&': ['||'],
  '||': ['&&'],
};

const CALLS: Readonly<Record<string, string>> = {
  'Math.min': 'Math.max',
  'Math.max': 'Math.min',
  'Math.ceil': 'Math.floor',
  'Math.round': 'Math.floor',
};

const METHODS: Readonly<Record<string, string>> = { every: 'some', some: 'every' };

/** Every mutant of a JavaScript text. */
export function mutantsOf(name: string, text: string): readonly Mutant[] {
  const { program, errors } = parseSync(name, text);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`);
  const mutants: Mutant[] = [];
  const add = (start: number, end: number, replacement: string): void => {
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = text.indexOf('\n', start);
    mutants.push({
      start,
      end,
      original: text.slice(start, end),
      replacement,
      line: text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd).trim(),
      lineNumber: text.slice(0, start).split('\n').length,
    });
  };
  walk(program, (node) => mutate(node, text, add));
  return mutants;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isNode(value)) {
    visit(value);
    for (const [key, child] of Object.entries(value)) if (key !== 'parent') walk(child, visit);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

type Add = (start: number, end: number, replacement: string) => void;

const MUTATE: Readonly<Record<string, (node: Node, text: string, add: Add) => void>> = {
  BinaryExpression: operator,
  LogicalExpression: logical,
  ConditionalExpression: (node, text, add) => negate(node['test'], text, add),
  IfStatement: (node, text, add) => negate(node['test'], text, add),
  UnaryExpression: (node, text, add) => {
    if (node['operator'] === '!') add(node.start, node.end, text.slice(node.start + 1, node.end));
  },
  CallExpression: call,
  Literal: literal,
};

function mutate(node: Node, text: string, add: Add): void {
  MUTATE[node.type]?.(node, text, add);
}

function operator(node: Node, text: string, add: Add): void {
  const symbol = String(node['operator']);
  const { left, right } = node;
  if (!isNode(left) || !isNode(right)) return;
  const at = text.indexOf(symbol, left.end);
  for (const other of OPERATORS[symbol] ?? []) {
    if (at >= left.end && at < right.start) add(at, at + symbol.length, other);
  }
}

/** `a ?? b` becomes `a`, or `b`; `a && b` becomes `a || b`. */
function logical(node: Node, text: string, add: Add): void {
  const { left, right } = node;
  if (node['operator'] !== '??') operator(node, text, add);
  else if (isNode(left) && isNode(right)) {
    add(node.start, node.end, text.slice(left.start, left.end));
    add(node.start, node.end, text.slice(right.start, right.end));
  }
}

function negate(test: unknown, text: string, add: Add): void {
  if (isNode(test)) add(test.start, test.end, `!(${text.slice(test.start, test.end)})`);
}

function call(node: Node, text: string, add: Add): void {
  const { callee } = node;
  if (!isNode(callee)) return;
  const name = text.slice(callee.start, callee.end);
  const other = CALLS[name];
  if (other !== undefined) add(callee.start, callee.end, other);
  const { property } = callee;
  const method = isNode(property) ? METHODS[text.slice(property.start, property.end)] : undefined;
  if (isNode(property) && method !== undefined) add(property.start, property.end, method);
}

function literal(node: Node, text: string, add: Add): void {
  const { value } = node;
  if (typeof value === 'boolean') add(node.start, node.end, String(!value));
  if (typeof value === 'number') add(node.start, node.end, `(${text.slice(node.start, node.end)} + 1)`);
}
