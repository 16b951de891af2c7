import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { projectRoot } from '../controlplane/project-root.ts';

/** A policy file of `test/policies`: its name says the one thing that is good or bad about it. */
export interface PolicyFile {
  readonly name: string;
  readonly path: string;
  readonly object: unknown;
}

/** A bad one says in its first lines what is wrong. */
export interface BadPolicyFile extends PolicyFile {
  /** Id of the rule that it breaks. */
  readonly rule: string;
  /** Where. */
  readonly at: string;
  /** Part of the API server's answer. */
  readonly server: string;
}

export function goodPolicies(): PolicyFile[] {
  return readFolder('good').map(({ name, path, text }) => ({ name, path, object: parse(text) }));
}

export function badPolicies(): BadPolicyFile[] {
  return readFolder('bad').map(({ name, path, text }) => ({
    name,
    path,
    object: parse(text),
    rule: headerOf(name, text, 'rule'),
    at: headerOf(name, text, 'path'),
    server: headerOf(name, text, 'server'),
  }));
}

function readFolder(kind: 'good' | 'bad'): { name: string; path: string; text: string }[] {
  const folder = join(projectRoot(), 'test', 'policies', kind);
  return readdirSync(folder)
    .toSorted()
    .map((file) => {
      const path = join(folder, file);
      return { name: file.replace('.yaml', ''), path, text: readFileSync(path, 'utf8') };
    });
}

function headerOf(name: string, text: string, key: string): string {
  const value = new RegExp(`^# ${key}: (.+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`test/policies/bad/${name}.yaml needs a line '# ${key}: ...'`);
  return value;
}
