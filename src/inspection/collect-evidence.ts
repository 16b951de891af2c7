import type { HopVerdict } from '../evaluation/path-verdict.ts';
import type { ConnectionModel } from '../extraction/connection-model.ts';
import type { Setting } from '../extraction/setting.ts';
import type { Evidence } from '../findings/finding.ts';
import type { Place } from '../findings/place.ts';

/** Everything that bore on a verdict, the deciding value first. */
export function collectEvidence(model: ConnectionModel, verdict: HopVerdict): readonly Evidence[] {
  const settings: Setting<unknown>[] = [model.keepAlive.enabled];
  if (mayProbe(model)) settings.push(model.keepAlive.time, model.keepAlive.interval, model.keepAlive.probes);
  for (const limit of model.limits) {
    settings.push(limit.seconds);
    if (limit.inert?.setting !== undefined) settings.push(limit.inert.setting);
  }
  const seen = new Set<string>();
  const evidence: Evidence[] = [];
  for (const setting of settings) {
    if (seen.has(setting.name)) continue;
    seen.add(setting.name);
    evidence.push(evidenceOf(setting, setting.name === verdict.decidedBy.name));
  }
  return evidence.sort((left, right) => Number(right.decides ?? false) - Number(left.decides ?? false));
}

/** The place of a setting that was read, or of what hides it. */
export function placeOf(setting: Setting<unknown>): Place | undefined {
  return setting.state === 'Defaulted' ? undefined : setting.place;
}

/** Finds a setting of a connection by the name that the model gives it. */
export function settingNamed(model: ConnectionModel, name: string): Setting<unknown> | undefined {
  const { enabled, time, interval, probes } = model.keepAlive;
  const all: Setting<unknown>[] = [enabled, time, interval, probes, model.userTimeout];
  for (const limit of model.limits) all.push(limit.seconds, limit.extraSeconds);
  return all.find((setting) => setting.name === name);
}

function mayProbe(model: ConnectionModel): boolean {
  const { enabled } = model.keepAlive;
  return enabled.state === 'Unknown' || enabled.value;
}

function evidenceOf(setting: Setting<unknown>, decides: boolean): Evidence {
  const mark = decides ? { decides: true } : {};
  switch (setting.state) {
    case 'Known':
      return { name: setting.name, value: setting.text, origin: 'Read', place: setting.place, ...mark };
    case 'Defaulted':
      return {
        name: setting.name,
        value: String(setting.value),
        origin: setting.assumed ? 'Assumed' : 'Default',
        reason: setting.reason,
        ...mark,
      };
    case 'Unknown':
      return {
        name: setting.name,
        value: 'not visible',
        origin: 'Unknown',
        reason: setting.reason,
        ...(setting.place === undefined ? {} : { place: setting.place }),
        ...mark,
      };
  }
}
