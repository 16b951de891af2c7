import { compareVersions } from '../catalogue/compare-versions.ts';
import type { ClientEntry } from '../catalogue/client-entry.ts';
import type { ClientSetting } from '../catalogue/client-setting.ts';
import type { HopVerdict } from '../evaluation/path-verdict.ts';
import type { ConnectionModel } from '../extraction/connection-model.ts';
import type { Setting } from '../extraction/setting.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { Fix, PatchOperation } from '../findings/finding.ts';
import type { Place } from '../findings/place.ts';
import { addParameter, hidePasswords } from './edit-connection-string.ts';
import { isInWorkload, valueAt } from './locate.ts';
import type { NeededTimes } from './needed-times.ts';
import { writeSetting, type WrittenSetting } from './write-setting.ts';

type Remedy = ClientEntry['remedies'][number];

interface RemedyContext {
  readonly subject: WorkloadSubject;
  readonly connectionPlace: Place | undefined;
  readonly containerPointer: string | undefined;
  readonly model: ConnectionModel;
}

/** Whether a remedy would be heard where the verdict was reached, and exists in this version. */
export function remedyFits(remedy: Remedy, verdict: HopVerdict, version: string | undefined): boolean {
  if (!heard(remedy, verdict)) return false;
  if (version === undefined) return true;
  if (remedy.since !== undefined && compareVersions(version, remedy.since) < 0) return false;
  return remedy.until === undefined || compareVersions(version, remedy.until) < 0;
}

/** Probes stop at the end of their leg and do not count with a payload timer; a pool closes only what lies idle. */
function heard(remedy: Remedy, verdict: HopVerdict): boolean {
  switch (remedy.acts) {
    case 'Packets':
      return verdict.refreshedBy === 'Packets' && verdict.leg === 1;
    case 'Payload':
      return true;
    case 'Close':
      return verdict.state === 'Pooled';
  }
}

/** A remedy as exact text in this manifest; undefined where none of its settings can be written here and no code is given. */
export function writeRemedy(
  remedy: Remedy,
  entry: ClientEntry,
  needed: NeededTimes,
  context: RemedyContext,
): Fix | undefined {
  const written: WrittenSetting[] = [];
  for (const { setting: name, value } of remedy.set) {
    const setting = entry.settings.find((candidate) => candidate.name === name);
    if (setting === undefined) return undefined;
    const current = currentSetting(context.model, name);
    const text = writeSetting(setting, fill(value, setting.unit, needed), { ...context, current });
    if (text === undefined) return remedy.code === undefined ? undefined : codeFix(remedy, entry, needed);
    written.push(text);
  }
  if (written.length === 0) return remedy.code === undefined ? undefined : codeFix(remedy, entry, needed);
  return workloadFix(remedy, written, context);
}

function workloadFix(remedy: Remedy, written: readonly WrittenSetting[], context: RemedyContext): Fix {
  const together = writeTogether(written, context);
  const patch = together?.patch ?? mergePatches(written);
  const place = written.find((setting) => setting.place !== undefined)?.place;
  return {
    side: 'Workload',
    title: joinInstructions(written),
    text: together?.text ?? written.map(({ text }) => text).join('\n'),
    ...(place === undefined ? {} : { place }),
    ...(patch === undefined ? {} : { patch }),
    ...(remedy.note === undefined ? {} : { note: remedy.note }),
  };
}

/** Several parameters of one connection string are one edit, shown and patched as one. */
function writeTogether(
  written: readonly WrittenSetting[],
  { subject, connectionPlace }: RemedyContext,
): { readonly text: string; readonly patch: readonly PatchOperation[] } | undefined {
  if (connectionPlace === undefined || !isInWorkload(connectionPlace, subject)) return undefined;
  let text = valueAt(subject.object, connectionPlace.pointer);
  for (const { parameter } of written) {
    if (parameter === undefined || typeof text !== 'string') return undefined;
    text = addParameter(text, parameter.name, parameter.value)?.exact;
  }
  if (typeof text !== 'string') return undefined;
  return {
    text: hidePasswords(text),
    patch: [{ op: 'replace', path: connectionPlace.pointer, value: text }],
  };
}

/** Several parameters for one place are one instruction: `add a=1&b=2 to the connection string in ...`. */
function joinInstructions(written: readonly WrittenSetting[]): string {
  const [first, ...rest] = written;
  if (first === undefined) return '';
  const pattern = /^add (\S+) to (.*)$/;
  const head = pattern.exec(first.instruction);
  const tails = rest.map(({ instruction }) => pattern.exec(instruction));
  if (head !== null && tails.every((tail) => tail !== null && tail[2] === head[2])) {
    return `add ${[head, ...tails].map((part) => part?.[1] ?? '').join('&')} to ${head[2]}`;
  }
  return written.map(({ instruction }) => instruction).join(', and ');
}

/** Patches of one place would undo each other; then only the text is given. */
function mergePatches(written: readonly WrittenSetting[]): readonly PatchOperation[] | undefined {
  const operations = written.flatMap(({ patch }) => patch ?? []);
  if (operations.length === 0 || written.some(({ patch }) => patch === undefined)) return undefined;
  const replaced = operations.filter(({ op }) => op === 'replace').map(({ path }) => path);
  return new Set(replaced).size === replaced.length ? operations : undefined;
}

/** In code the numbers are in the unit of the setting that it sets; seconds where it sets none that is known. */
function codeFix(remedy: Remedy, entry: ClientEntry, needed: NeededTimes): Fix {
  const named = entry.settings.find(({ name }) =>
    (remedy.code ?? '').includes(name.split('.').at(-1) ?? name),
  );
  return {
    side: 'Code',
    title: remedy.title,
    text: fill(remedy.code ?? '', named?.unit, needed),
    note: 'only code can set this; record it with the annotation pathkeeper.dev/connections',
  };
}

const PER_SECOND: Readonly<Record<string, number>> = {
  Milliseconds: 1000,
  Seconds: 1,
  Minutes: 1 / 60,
  Hours: 1 / 3600,
  Days: 1 / 86_400,
};

/** Puts the needed numbers into a remedy's value, in the setting's unit, rounded down to a whole number of at least 1. */
function fill(value: string, unit: ClientSetting['unit'], needed: NeededTimes): string {
  const factor = PER_SECOND[unit ?? 'Seconds'] ?? 1;
  const inUnit = (seconds: number): string => String(Math.max(1, Math.floor(seconds * factor)));
  return value
    .replaceAll('{time}', inUnit(needed.time))
    .replaceAll('{interval}', inUnit(needed.interval))
    .replaceAll('{probes}', String(needed.probes))
    .replaceAll('{eviction}', inUnit(needed.quiet));
}

function currentSetting(model: ConnectionModel, name: string): Setting<unknown> | undefined {
  const { enabled, time, interval, probes } = model.keepAlive;
  return [enabled, time, interval, probes, ...model.limits.map(({ seconds }) => seconds)].find(
    (setting) => setting.name === name,
  );
}
