import { environmentNames, type PropertyName } from '../names/property-names.ts';
import type { ExtractionContext } from '../reading/extraction-context.ts';
import { type MountedFiles, mountedFiles } from '../reading/mounted-files.ts';
import { readCommands, type RunCommand } from '../reading/read-command.ts';
import { type Environment, readEnvironment } from '../reading/read-environment.ts';
import type { ContainerReading } from '../reading/read-pod.ts';
import { readFile } from '../files/read-file.ts';
import type { Given } from './given.ts';
import { type ActiveProfiles, orderProfiles } from './order-profiles.ts';
import { PropertyIndex } from './property-index.ts';
import { type Arguments, flagName, readArguments } from './read-arguments.ts';
import { type ConfigFile, readConfigFiles } from './read-config-files.ts';
import { resolvePlaceholders } from './resolve-placeholders.ts';
import { splitOptions } from './split-options.ts';

/** Everything that was given to one container, by every way in which its programs may read it. */
export class ContainerSettings {
  readonly container: ContainerReading;
  readonly context: ExtractionContext;
  readonly environment: Environment;
  readonly commands: readonly RunCommand[];
  readonly mounted: MountedFiles;
  readonly files: readonly ConfigFile[];
  /** Properties from arguments, JSON, system properties and files; the environment is looked up by name. */
  readonly properties: PropertyIndex;
  readonly arguments: Arguments;
  readonly #variables: ReadonlyMap<string, Given>;

  constructor(container: ContainerReading, context: ExtractionContext) {
    this.container = container;
    this.context = context;
    this.environment = readEnvironment(container.spec, container.pointer, context);
    this.commands = readCommands(container, this.environment.variables, context);
    this.#variables = allVariables(this.environment, this.commands);
    this.arguments = readAllArguments(this.commands, this.#variables);
    this.mounted = mountedFiles(container, context);
    const rails = this.#variables.get('RAILS_ENV') ?? this.#variables.get('RACK_ENV');
    this.files = readConfigFiles(this.mounted.files, context, rails?.text ?? 'production');
    this.properties = new PropertyIndex([
      ...dottedFlags(this.arguments),
      ...this.#json(),
      ...this.arguments.systemProperties.values(),
      ...orderProfiles(this.files, this.#activeProfiles()),
    ]);
  }

  /** Every environment variable, those set in the command included. */
  get variables(): ReadonlyMap<string, Given> {
    return this.#variables;
  }

  variable(name: string): Given | undefined {
    return this.#variables.get(name);
  }

  flag(name: string): Given | undefined {
    return this.arguments.flags.get(flagName(name));
  }

  systemProperty(name: string): Given | undefined {
    return this.arguments.systemProperties.get(name);
  }

  /** A property by its ecosystem's rules: arguments, JSON, system properties, environment, files. */
  property(property: PropertyName): Given | undefined {
    const found = this.properties.find(property);
    const beforeEnvironment = found.find((given) => given.origin !== 'File' && counts(given, property));
    if (beforeEnvironment !== undefined) return beforeEnvironment;
    for (const name of environmentNames(property)) {
      const variable = this.#variables.get(name);
      if (variable !== undefined) return variable;
    }
    return found.find((given) => given.origin === 'File');
  }

  /** The text with what `${…}` stands for in configuration values. */
  resolved(text: string): string {
    return resolvePlaceholders(
      text,
      (name) => this.#placeholder(name),
      (name) => this.context.gap('Unresolvable', `Nothing shows what \${${name}} stands for.`),
    );
  }

  #placeholder(name: string): string | undefined {
    const bare = name.startsWith('env.') ? name.slice('env.'.length) : name;
    const variable = this.#variables.get(bare);
    if (variable !== undefined) return variable.text;
    const parts = bare.split('.');
    return (
      this.property({ parts, naming: 'Spring' })?.text ??
      this.property({ parts, naming: 'MicroProfile' })?.text
    );
  }

  #json(): readonly Given[] {
    const json =
      this.#variables.get('SPRING_APPLICATION_JSON') ??
      this.arguments.systemProperties.get('spring.application.json');
    if (json === undefined) return [];
    return (readFile('spring.json', json.text) ?? []).map((entry) => ({
      name: entry.key,
      text: entry.text,
      origin: 'Json' as const,
      place: { ...json.place, within: entry.key },
    }));
  }

  #activeProfiles(): ActiveProfiles {
    const given =
      this.arguments.flags.get('--spring.profiles.active') ??
      this.arguments.systemProperties.get('spring.profiles.active') ??
      this.arguments.systemProperties.get('quarkus.profile') ??
      this.#variables.get('SPRING_PROFILES_ACTIVE') ??
      this.#variables.get('QUARKUS_PROFILE') ??
      this.#variables.get('MICRONAUT_ENVIRONMENTS');
    return given?.text.split(',').map((profile) => profile.trim());
  }
}

/** Only Spring reads properties from arguments and from its JSON. */
function counts(given: Given, property: PropertyName): boolean {
  const spring = property.naming === 'Spring' || property.naming === 'SpringMap';
  return given.origin === 'SystemProperty' || spring;
}

function allVariables(environment: Environment, commands: readonly RunCommand[]): ReadonlyMap<string, Given> {
  const variables = new Map<string, Given>();
  for (const variable of environment.variables.values()) {
    variables.set(variable.name, { ...variable, origin: 'Environment' });
  }
  for (const variable of commands.flatMap((command) => command.assignments)) {
    variables.set(variable.name, { ...variable, origin: 'Environment' });
  }
  return variables;
}

/** Variables that hold command line options: those of the JVM, of Gunicorn, and what scripts pass on. */
const OPTIONS = /(?:_OPTS|_OPTIONS|_ARGS|_FLAGS|_ARGUMENTS)$/;

function readAllArguments(commands: readonly RunCommand[], variables: ReadonlyMap<string, Given>): Arguments {
  const found: Arguments = { flags: new Map(), systemProperties: new Map() };
  for (const command of commands) readArguments(command.words, found);
  for (const [name, variable] of variables) {
    if (OPTIONS.test(name) && variable.text.includes('-')) readArguments(splitOptions(variable), found);
  }
  return found;
}

function dottedFlags({ flags }: Arguments): readonly Given[] {
  const dotted: Given[] = [];
  for (const given of flags.values()) {
    if (given.name.startsWith('--') && given.name.includes('.'))
      dotted.push({ ...given, name: given.name.slice(2) });
  }
  return dotted;
}
