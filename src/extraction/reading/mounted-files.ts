import type { Place } from '../../findings/place.ts';
import type { SecretText } from '../secret-text.ts';
import type { UnknownCause } from '../setting.ts';
import { type ExtractionContext, whyUnread } from './extraction-context.ts';
import { memberList, memberText } from './guard.ts';
import { placeInConfigMap } from './read-environment.ts';
import { baseName } from './read-command.ts';
import { type ContainerReading, placeIn } from './read-pod.ts';
import { volumeSources, type VolumeSource } from './volume-sources.ts';

const MOST_MOUNTS = 500;
const MOST_FILES = 1000;

/** A file that a container sees, from a key of a ConfigMap (or of a Secret that is read). */
export interface MountedFile {
  readonly path: string;
  readonly name: string;
  /** A gap where the text cannot be seen. */
  readonly text: string;
  readonly place: Place;
}

/** A mount whose files could not be read: any file whose path is not ruled out by `paths` may be there. */
export interface UnreadMount {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** The paths of its files, where the manifest lists them. */
  readonly paths: readonly string[] | undefined;
  readonly mountPath: string;
  readonly cause: UnknownCause;
  readonly reason: string;
  readonly place: Place;
}

/** What a container sees of ConfigMaps and Secrets in its file system. */
export interface MountedFiles {
  readonly files: readonly MountedFile[];
  readonly unread: readonly UnreadMount[];
}

/** The files under a container's volume mounts, `items`, `subPath` and projections followed. */
export function mountedFiles(container: ContainerReading, context: ExtractionContext): MountedFiles {
  const byPath = new Map<string, MountedFile>();
  const unread: UnreadMount[] = [];
  memberList(container.spec, 'volumeMounts', MOST_MOUNTS).forEach((mount, index) => {
    const volume = context.pod.volumes.find(
      (candidate) => memberText(candidate, 'name') === memberText(mount, 'name'),
    );
    const target = {
      mountPath: memberText(mount, 'mountPath') ?? '/',
      subPath: memberText(mount, 'subPath') ?? '',
      place: placeIn(context.pod, `${container.pointer}/volumeMounts/${index}`),
    };
    for (const source of volumeSources(volume)) readSource(source, target, context, byPath, unread);
  });
  return { files: [...byPath.values()].slice(0, MOST_FILES), unread };
}

interface MountTarget {
  readonly mountPath: string;
  readonly subPath: string;
  readonly place: Place;
}

function readSource(
  source: VolumeSource,
  target: MountTarget,
  context: ExtractionContext,
  byPath: Map<string, MountedFile>,
  unread: UnreadMount[],
): void {
  const isSecret = source.kind === 'Secret';
  const reading = isSecret ? context.secret(source.name) : context.sources.configMap(source.name);
  if (reading.state === 'Read') return takeFiles(reading.data, source, target, context, byPath);
  if (reading.state === 'Missing' && source.optional) return;
  unread.push({
    kind: source.kind,
    name: source.name,
    paths: unreadPaths(source, target),
    mountPath: target.mountPath,
    place: target.place,
    ...whyUnread(source.kind, source.name, reading),
  });
}

function takeFiles(
  data: Readonly<Record<string, string | SecretText>>,
  source: VolumeSource,
  target: MountTarget,
  context: ExtractionContext,
  byPath: Map<string, MountedFile>,
): void {
  const items = source.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  for (const { key, path } of items.slice(0, MOST_FILES)) {
    const seenAt = pathOf(path, target);
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    if (seenAt === undefined || value === undefined) continue;
    const read =
      typeof value === 'string'
        ? {
            text: context.admit(value, `ConfigMap ${source.name}, key ${key},`),
            place: placeInConfigMap(source.name, key, context),
          }
        : { text: context.gap('Secret', 'It is a Secret.', value), place: target.place };
    byPath.set(seenAt, { path: seenAt, name: baseName(seenAt), ...read });
  }
}

/** Where a file of the volume is seen; undefined where `subPath` takes another. */
function pathOf(path: string, target: MountTarget): string | undefined {
  const root = target.mountPath.replace(/\/+$/, '');
  const sub = target.subPath.replace(/^\/+|\/+$/g, '');
  if (sub === '') return `${root}/${path}`;
  if (path === sub) return target.mountPath;
  return path.startsWith(`${sub}/`) ? `${root}/${path.slice(sub.length + 1)}` : undefined;
}

function unreadPaths(source: VolumeSource, target: MountTarget): readonly string[] | undefined {
  if (source.items !== undefined) {
    return source.items.flatMap((item) => pathOf(item.path, target) ?? []);
  }
  return target.subPath === '' ? undefined : [target.mountPath];
}
