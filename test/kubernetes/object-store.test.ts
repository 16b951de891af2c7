import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { ObjectStore } from '../../src/kubernetes/object-store.ts';

interface Kept {
  readonly colour: string;
}

function storeOf() {
  const told: string[] = [];
  const failed: string[] = [];
  const store = new ObjectStore<Kept>({
    project: (given) => ({ colour: String(given['colour']) }),
    indexes: { colour: ({ colour }) => [colour] },
    onCallbackFailed: (callback) => void failed.push(callback),
  });
  store.subscribe(
    (key, before, after) => void told.push(`${key} ${before?.colour ?? '-'} ${after?.colour ?? '-'}`),
  );
  return { store, told, failed };
}

function object(name: string, uid: string, resourceVersion: string, colour: string): KubernetesObject {
  return { metadata: { name, uid, resourceVersion }, colour };
}

describe('a store', () => {
  test('tells of an object that was made anew, though it looks the same', () => {
    const { store, told } = storeOf();
    store.put(object('a', 'u1', 'v1', 'red'));
    store.put(object('a', 'u1', 'v2', 'red'));
    expect(told).toEqual(['a - red']);
    store.put(object('a', 'u2', 'v3', 'red'));
    expect(told).toEqual(['a - red', 'a red red']);
  });

  test('takes two objects for the same only where uid and version are', () => {
    const { store } = storeOf();
    expect(store.put(object('a', 'u1', 'v1', 'red'))).toBe(true);
    expect(store.put(object('a', 'u1', 'v1', 'blue'))).toBe(false);
    expect(store.put(object('a', 'u2', 'v1', 'blue'))).toBe(true);
    expect(store.get('a')).toEqual({ colour: 'blue' });
    const noVersion: KubernetesObject = { metadata: { name: 'b' }, colour: 'red' };
    expect([store.put(noVersion), store.put(noVersion)]).toEqual([true, true]);
  });

  test('a listener that leaves, or joins, while it is being told does not disturb the others', () => {
    const { store, told } = storeOf();
    const late: string[] = [];
    const leave = store.subscribe((key) => {
      leave();
      store.subscribe((again) => void late.push(again));
      late.push(`first ${key}`);
    });
    store.put(object('a', 'u', 'v1', 'red'));
    store.put(object('b', 'u', 'v2', 'red'));
    expect(told).toEqual(['a - red', 'b - red']);
    expect(late).toEqual(['a', 'first a', 'b']);
  });

  test('after any changes, its indexes and its size are those of a store that was filled at once', () => {
    const step = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      colour: fc.constantFrom('red', 'green', 'blue'),
      gone: fc.boolean(),
      all: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { store, failed } = storeOf();
        const wanted = new Map<string, string>();
        for (const [index, { name, colour, gone, all }] of steps.entries()) {
          if (gone) {
            store.remove(name);
            wanted.delete(name);
          } else if (all) {
            store.replaceAll(new Map([[name, store.project(object(name, 'u', `v${index}`, colour))]]));
            wanted.clear();
            wanted.set(name, colour);
          } else {
            store.put(object(name, 'u', `v${index}`, colour));
            wanted.set(name, colour);
          }
        }
        expect(store.size).toBe(wanted.size);
        for (const colour of ['red', 'green', 'blue']) {
          const keys = [...wanted].filter(([, is]) => is === colour).map(([name]) => name);
          expect([...store.keysInIndex('colour', colour)].toSorted()).toEqual(keys.toSorted());
        }
        expect(failed).toEqual([]);
      }),
    );
  });
});
