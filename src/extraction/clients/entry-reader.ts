import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { ClientSetting, SettingForm } from '../../catalogue/client-setting.ts';
import type { VersionSpan } from '../../catalogue/compare-versions.ts';
import type { Place } from '../../findings/place.ts';
import { isGap } from '../reading/gaps.ts';
import { SECRET_PLACEHOLDER } from '../secret-text.ts';
import type { UnknownCause } from '../setting.ts';
import { findForm, type FoundText, type LookUp } from '../settings/find-form.ts';
import { type Hiding, hiddenBy } from '../settings/hidden-by.ts';
import { type SettingValue, understand, type UnderstoodText } from './setting-value.ts';
import { isWithin } from './version-range.ts';

/** A setting of an entry, looked up and understood. */
export type ReadSetting =
  | {
      readonly state: 'Given';
      readonly name: string;
      readonly value: SettingValue | undefined;
      readonly text: string;
      readonly place: Place;
      readonly ignored?: string;
    }
  | {
      readonly state: 'Default';
      readonly name: string;
      readonly value: SettingValue | undefined;
      readonly reason: string;
      readonly assumed: boolean;
    }
  | {
      readonly state: 'Unknown';
      readonly name: string;
      readonly cause: UnknownCause;
      readonly reason: string;
      readonly place?: Place;
    };

/** What was found of one entry in one container and connection: the same for every version of it. */
export class EntryTexts {
  readonly entry: ClientEntry;
  readonly lookUp: LookUp;
  readonly #found = new Map<SettingForm, FoundText | undefined>();
  readonly #hidden = new Map<ClientSetting, Hiding | undefined>();

  constructor(entry: ClientEntry, lookUp: LookUp) {
    this.entry = entry;
    this.lookUp = lookUp;
  }

  find(form: SettingForm): FoundText | undefined {
    if (this.#found.has(form)) return this.#found.get(form);
    const found = findForm(form, this.lookUp);
    this.#found.set(form, found);
    return found;
  }

  hidden(setting: ClientSetting): Hiding | undefined {
    if (this.#hidden.has(setting)) return this.#hidden.get(setting);
    const hiding = hiddenBy(setting, this.lookUp);
    this.#hidden.set(setting, hiding);
    return hiding;
  }
}

const MOST_REFERENCES = 4;

/** Why a default proves little. */
const WHERE_SET: Readonly<Record<ClientSetting['usuallySetIn'], string | undefined>> = {
  Configuration: undefined,
  Code: 'applications usually set it in code',
  Peer: 'the far end proposes it',
};

/** Reads the settings of one entry as one version of it understands them. */
export class EntryReader {
  readonly entry: ClientEntry;
  readonly #texts: EntryTexts;
  readonly #version: string;
  readonly #assumption: string | undefined;
  readonly #read = new Map<string, ReadSetting>();

  /** @param assumption why the entry is only taken to be there, in words. */
  constructor(texts: EntryTexts, version: string, assumption: string | undefined) {
    this.entry = texts.entry;
    this.#texts = texts;
    this.#version = version;
    this.#assumption = assumption;
  }

  /** Whether this version lies within the span. */
  holds(span: VersionSpan): boolean {
    return isWithin(this.#version, span);
  }

  /** The setting of that name; one that the entry does not describe is absent. */
  setting(name: string, references = 0): ReadSetting {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const setting = this.entry.settings.find((candidate) => candidate.name === name);
    const read = setting === undefined ? absent(name) : this.#readSetting(setting, references);
    this.#read.set(name, read);
    return read;
  }

  #readSetting(setting: ClientSetting, references: number): ReadSetting {
    if (!this.holds(setting)) return absent(setting.name);
    const declared = this.#declared(setting, references);
    if (declared !== undefined) return declared;
    for (const form of setting.given) {
      const found = this.holds(form) ? this.#texts.find(form) : undefined;
      const read = found === undefined ? undefined : this.#interpret(setting, form, found, references);
      if (read !== undefined) return read;
    }
    const hiding = this.#texts.hidden(setting);
    if (hiding?.certain === true) {
      const { cause, reason, place } = hiding;
      return unknown(setting.name, cause, reason, place);
    }
    return this.#default(setting, references, hiding?.reason);
  }

  /** What a declaration says comes before what the manifest shows. */
  #declared(setting: ClientSetting, references: number): ReadSetting | undefined {
    const { declared } = this.#texts.lookUp;
    if (declared === undefined || !Object.hasOwn(declared.settings, setting.name)) return undefined;
    const text = declared.settings[setting.name] ?? '';
    const place = { ...declared.place, within: setting.name };
    return this.#interpret(setting, undefined, { text, place, secret: false }, references);
  }

  #interpret(
    setting: ClientSetting,
    form: SettingForm | undefined,
    found: FoundText,
    references: number,
  ): ReadSetting | undefined {
    const { settings } = this.#texts.lookUp;
    const { name } = setting;
    if (found.doubt !== undefined) return unknown(name, 'Unresolvable', found.doubt, found.place);
    const opened = settings.context.gaps.open(settings.resolved(found.text));
    if (isGap(opened)) return unknown(name, opened.cause, opened.reason, found.place);
    const text = form === undefined ? opened.text : meantText(form, opened.text);
    if (text === undefined || isLeftOut(text, setting)) return undefined;
    const value = understand(text, setting, form, (span) => this.holds(span));
    if (value.kind === 'Malformed') return unknown(name, 'Malformed', value.reason, found.place);
    const shown = opened.secret || found.secret ? SECRET_PLACEHOLDER : opened.text;
    return this.#given(setting, value, { text: shown, place: found.place }, references);
  }

  #given(
    setting: ClientSetting,
    value: Exclude<UnderstoodText, { kind: 'Malformed' }>,
    read: { readonly text: string; readonly place: Place },
    references: number,
  ): ReadSetting {
    const meant = value.kind === 'Default' ? valueOf(this.#default(setting, references, undefined)) : value;
    const ignored = value.ignored === undefined ? {} : { ignored: value.ignored };
    return { state: 'Given', name: setting.name, value: meant, ...read, ...ignored };
  }

  #default(setting: ClientSetting, references: number, doubt: string | undefined): ReadSetting {
    const { name } = setting;
    const given = setting.defaults.find((entry) => this.holds(entry));
    if (given?.sameAs !== undefined) return this.#sameAs(name, given.sameAs, references);
    const value = given?.value === undefined ? undefined : this.#understoodDefault(setting, given.value);
    const whose = value === undefined ? 'it has no default' : `the default of ${this.entry.title}`;
    // A declaration records what only code shows: what it leaves out is as the documentation says.
    const { declared } = this.#texts.lookUp;
    const where = declared === undefined ? WHERE_SET[setting.usuallySetIn] : undefined;
    const doubts = [where, doubt, this.#assumption].filter((why) => why !== undefined);
    const reason = ['not set', whose, ...doubts].join('; ');
    return { state: 'Default', name, value, reason, assumed: doubts.length > 0 };
  }

  #understoodDefault(setting: ClientSetting, text: string): SettingValue | undefined {
    const value = understand(text, setting, undefined, (span) => this.holds(span));
    return value.kind === 'Default' || value.kind === 'Malformed' ? undefined : value;
  }

  #sameAs(name: string, other: string, references: number): ReadSetting {
    if (references >= MOST_REFERENCES) return absent(name);
    const read = this.setting(other, references + 1);
    if (read.state === 'Unknown') return { ...read, name };
    return {
      state: 'Default',
      name,
      value: read.value,
      reason: `not set; the same as ${other}`,
      assumed: read.state === 'Default' && read.assumed,
    };
  }
}

/** The value, whether given or by default; undefined for none, and where it cannot be seen. */
export function valueOf(read: ReadSetting): SettingValue | undefined {
  return read.state === 'Unknown' ? undefined : read.value;
}

/** An empty text is how charts leave a setting out. */
function isLeftOut(text: string, setting: ClientSetting): boolean {
  return text.trim() === '' && setting.type !== 'Text';
}

/** What the text means in this form; undefined where the form says nothing with this text. */
function meantText(form: SettingForm, text: string): string | undefined {
  if (form.scheme !== undefined) return form.value ?? text;
  if (form.given === undefined) return text;
  return text.trim().toLowerCase() === form.given.toLowerCase() ? (form.value ?? text) : undefined;
}

function absent(name: string): ReadSetting {
  return {
    state: 'Default',
    name,
    value: undefined,
    reason: 'this version has no such setting',
    assumed: false,
  };
}

function unknown(name: string, cause: UnknownCause, reason: string, place: Place | undefined): ReadSetting {
  return { state: 'Unknown', name, cause, reason, ...(place === undefined ? {} : { place }) };
}
