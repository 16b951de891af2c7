import type { SettingForm } from './client-setting.ts';

/*
 * How names are written in manifests, and the forms under which the catalogue knows them. Every function gives the
 * forms to look up, most specific first; their number is bounded by a constant.
 */

/** Rules by which an ecosystem maps property names (client-setting.ts says what each means). */
export type PropertyNaming = SettingForm['naming'];

/** Longest name that is looked up: nothing that the catalogue knows is longer (the schema's bound is 200). */
const MAX_NAME = 300;
/** Most parts of a scheme or an image that are tried. */
const MAX_PARTS = 6;
/** Most labels of a host name that are tried. */
const MAX_LABELS = 10;

/** The name, or nothing to look up where it is longer than any known one. */
export function boundedName(name: string): readonly string[] {
  return name.length > MAX_NAME ? [] : [name];
}

/**
 * Scheme of a connection string: case does not count, and a longer one belongs to each of its starts
 * (`jdbc:oracle:thin` is a `jdbc:oracle`), but the last part after `+` is a part of the name
 * (`postgresql+asyncpg` is not `postgresql`).
 */
export function schemeForms(scheme: string): readonly string[] {
  const parts = scheme
    .slice(0, MAX_NAME)
    .toLowerCase()
    .replace(/:?(\/\/)?$/, '')
    .split(':');
  return startsOf(parts, ':');
}

/**
 * Image name without registry, tag and digest: its last part, its last two, and so on
 * (`registry:5000/bitnami/redis:7.2@sha256:...` gives `bitnami/redis` and `redis`).
 */
export function imageForms(image: string): readonly string[] {
  const path = imageName(image).split('/').slice(-MAX_PARTS);
  return path.map((_, i) => path.slice(i).join('/'));
}

/** An image reference without tag and digest, lower case. The registry's port is not a tag. */
function imageName(image: string): string {
  const [named = ''] = image.slice(0, 1000).toLowerCase().split('@', 1);
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  return colon < 0 ? named : named.slice(0, colon);
}

/** Base name of a program or a file. */
export function baseNameForms(path: string): readonly string[] {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return boundedName(base);
}

const PACKAGE_SUFFIX = /\.(jar|war|whl|gem|nupkg|dll|tgz|tar\.gz|zip|js|py)$/;

/**
 * Base name of a jar, wheel, gem or package without its version and extension: `/app/lib/ojdbc11-23.3.0.23.09.jar`
 * gives `ojdbc11`. Where it cannot be told whether a number belongs to the name, both are tried.
 */
export function artefactForms(artefact: string): readonly string[] {
  const base = artefact
    .slice(artefact.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(PACKAGE_SUFFIX, '');
  if (base.length > MAX_NAME) return [];
  const end = versionStart(base);
  return end === undefined ? [base] : [base, base.slice(0, end)];
}

/** Where the version begins: at the first `-`, `_`, `@` or `=` that a digit follows, from the second character. */
function versionStart(base: string): number | undefined {
  for (let i = 1; i < base.length - 1; i += 1) {
    const next = base.charCodeAt(base[i + 1] === '=' || base[i + 1] === 'v' ? i + 2 : i + 1);
    if ('-_@='.includes(base[i] ?? '') && next >= 48 && next <= 57) return i;
  }
  return undefined;
}

/** The ends of a host name that begin at a dot, and the name itself after one: `db.example` gives `.db.example`, `.example`. */
export function hostForms(host: string): readonly string[] {
  const labels = host.slice(0, MAX_NAME).toLowerCase().replace(/\.$/, '').split('.').slice(-MAX_LABELS);
  return labels.map((_, i) => `.${labels.slice(i).join('.')}`);
}

/**
 * The canonical form of a property name. Spring (relaxed binding) and Micronaut count neither case nor dashes and
 * underscores; MicroProfile and everything else takes names as they are.
 */
export function propertyForm(name: string, naming: PropertyNaming): string {
  if (naming === 'Exact' || naming === 'MicroProfile') return name;
  return name.toLowerCase().replace(/[-_]/g, '');
}

/**
 * Environment variables by which a property (or a prefix with `*` at its end) may be given. None where the rules know
 * of none, or where a part may be any: an underscore in the environment does not tell where a part ends.
 * Sources: Spring Boot reference, "Binding from environment variables"; MicroProfile Config 3.0, "Default
 * ConfigSources"; Micronaut guide, "Property value binding".
 */
export function propertyInEnvironment(name: string, naming: PropertyNaming): readonly string[] {
  if (naming === 'Exact' || naming === 'SpringMap' || /\*./.test(name)) return [];
  const underscored = name.replace(/[^A-Za-z0-9*]/g, '_');
  if (naming === 'MicroProfile') return unique([underscored.toUpperCase(), underscored]);
  if (naming === 'Micronaut') return [underscored.toUpperCase()];
  return unique([name.replaceAll('-', '').replaceAll('.', '_').toUpperCase(), underscored.toUpperCase()]);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function startsOf(parts: readonly string[], separator: string): readonly string[] {
  const bounded = parts.slice(0, MAX_PARTS);
  return bounded.map((_, i) => bounded.slice(0, bounded.length - i).join(separator));
}
