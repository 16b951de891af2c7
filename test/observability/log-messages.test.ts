import { describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';
import { projectRoot } from '../controlplane/project-root.ts';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const LEVELS: ReadonlySet<unknown> = new Set(['trace', 'debug', 'info', 'warn', 'error']);

/** Every node below one, and itself. */
function* nodesBelow(node: Node): Generator<Node> {
  yield node;
  for (const key of visitorKeys[node.type] ?? []) {
    const below = node[key];
    for (const child of Array.isArray(below) ? below : [below]) {
      if (typeof child === 'object' && child !== null) yield* nodesBelow(child as Node);
    }
  }
}

/** `logger` or `something.logger`. */
function isLogger(node: Node): boolean {
  const name = node.type === 'MemberExpression' ? (node['property'] as Node)['name'] : node['name'];
  return name === 'logger';
}

function isLogCall(node: Node): boolean {
  const callee = node['callee'] as Node | undefined;
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression') return false;
  if (!isLogger(callee['object'] as Node)) return false;
  return callee['computed'] === true || LEVELS.has((callee['property'] as Node)['name']);
}

/** The messages of all log calls in a source; undefined for one that is not a constant text. */
function messagesIn(path: string, text: string): (string | undefined)[] {
  const { program } = parseSync(path, text, { lang: 'ts', sourceType: 'module' });
  return [...nodesBelow(program as unknown as Node)].filter(isLogCall).map((call) => {
    const last = (call['arguments'] as readonly Node[]).at(-1);
    const value = last?.type === 'Literal' ? last['value'] : undefined;
    return typeof value === 'string' ? value : undefined;
  });
}

const root = join(projectRoot(), 'src');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
);

describe('messages in the log', () => {
  const found = sources.flatMap((path) =>
    messagesIn(path, readFileSync(join(root, path), 'utf8')).map((message) => [path, message] as const),
  );

  test('are found where they are written', () => {
    expect(found.length).toBeGreaterThan(10);
    expect(
      messagesIn('x.ts', 'a.logger[level]({ x }, `is ${x}`); logger.warn("so"); log.warn(`${x}`)'),
    ).toEqual([undefined, 'so']);
  });

  test('are constant', () => {
    expect(found.filter(([, message]) => message === undefined)).toEqual([]);
  });

  test('say what happened in lower case, without a full stop', () => {
    expect(found.filter(([, message]) => !/^[a-z][^.]*$/.test(message ?? ''))).toEqual([]);
  });
});
