import { asMembers, member, memberList, memberText } from './guard.ts';

/** A ConfigMap or Secret whose keys are files of a volume. */
export interface VolumeSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly optional: boolean;
  /** Which keys become which paths; undefined for every key under its own name. */
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
}

const MOST_SOURCES = 200;
const MOST_ITEMS = 1000;

/** The ConfigMaps and Secrets of a volume: its own, or those of its projection, in order. */
export function volumeSources(volume: unknown): readonly VolumeSource[] {
  const own = sourceOf(volume, 'secretName');
  const projected = member(volume, 'projected');
  return [
    ...own,
    ...memberList(projected, 'sources', MOST_SOURCES).flatMap((source) => sourceOf(source, 'name')),
  ];
}

function sourceOf(holder: unknown, secretNameKey: 'secretName' | 'name'): readonly VolumeSource[] {
  const members = asMembers(holder);
  return (['ConfigMap', 'Secret'] as const).flatMap((kind) => {
    const source = member(members, kind === 'Secret' ? 'secret' : 'configMap');
    const name = memberText(source, kind === 'Secret' ? secretNameKey : 'name');
    if (name === undefined) return [];
    return [{ kind, name, optional: member(source, 'optional') === true, items: itemsOf(source) }];
  });
}

function itemsOf(source: unknown): VolumeSource['items'] {
  if (!Array.isArray(member(source, 'items'))) return undefined;
  return memberList(source, 'items', MOST_ITEMS).flatMap((item) => {
    const key = memberText(item, 'key');
    const path = memberText(item, 'path');
    return key === undefined || path === undefined ? [] : [{ key, path }];
  });
}
