import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { SettingForm } from '../../catalogue/client-setting.ts';
import type { ContainerConnections } from '../connections/build-connections.ts';
import { squeezeName } from '../names/squeeze-name.ts';
import type { WorkloadFacts } from '../workload-facts.ts';
import type { Given } from './given.ts';
import { speaksOfSilence } from './speaks-of-silence.ts';

type UnrecognisedSetting = WorkloadFacts['unrecognisedSettings'][number];

/** The most that are named of one workload. */
const MOST_NAMED = 10;

/**
 * Variables, arguments and properties whose names speak of the matter and that no client of the container reads:
 * the application may read them itself.
 */
export function unrecognisedSettings(
  containers: readonly ContainerConnections[],
): readonly UnrecognisedSetting[] {
  const found: UnrecognisedSetting[] = [];
  for (const container of containers) {
    const speaking = [...speakingOf(container)];
    if (speaking.length === 0) continue;
    const read = namesRead(container);
    for (const given of speaking) {
      if (found.length === MOST_NAMED) return found;
      if (read.has(squeezeName(given.name))) continue;
      found.push({ name: given.name, container: container.settings.container.name, place: given.place });
    }
  }
  return found;
}

function* speakingOf({ settings }: ContainerConnections): Generator<Given> {
  for (const given of settings.variables.values()) if (speaksOfSilence(given.name)) yield given;
  for (const given of settings.properties.all) if (speaksOfSilence(given.name)) yield given;
  for (const given of settings.arguments.flags.values()) {
    const isProperty = given.name.startsWith('--') && given.name.includes('.');
    if (!isProperty && speaksOfSilence(given.name)) yield given;
  }
}

/** Every name that the container's clients read, squeezed; what they are known to ignore included. */
function namesRead({ signs, chosen }: ContainerConnections): ReadonlySet<string> {
  const entries = new Set<ClientEntry>(signs.signs.keys());
  for (const { entries: chosenEntries } of chosen) {
    const { drivers, pools, around, beneath } = chosenEntries;
    for (const { entry } of [...drivers, ...pools, ...around, ...beneath]) entries.add(entry);
  }
  const names = new Set<string>();
  for (const entry of entries) {
    const forms = [
      ...entry.settings.flatMap(({ given }) => given),
      ...entry.ineffective.map(({ form }) => form),
    ];
    for (const form of forms) addNames(form, names);
  }
  return names;
}

function addNames(form: SettingForm, names: Set<string>): void {
  for (const name of [form.env, form.property, form.systemProperty, form.flag, form.fileKey]) {
    if (name !== undefined) names.add(squeezeName(name));
  }
}
