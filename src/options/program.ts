import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { OPTION_ROWS, type OptionRow } from './option-table.ts';
import {
  readControllerOptions,
  readWebhookOptions,
  type ControllerOptions,
  type Environment,
  type GivenFlags,
  type OptionsResult,
  type WebhookOptions,
} from './service-options.ts';

/** What `pathkeeper check` is told by its flags. */
export interface CheckFlags {
  readonly paths: readonly string[];
  readonly format: 'text' | 'json';
  readonly failOn: 'AtRisk' | 'Marginal' | 'Unknown' | 'Never';
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly readSecrets: 'Off' | 'On';
  readonly kubernetesVersion: { readonly major: number; readonly minor: number } | undefined;
}

/** What starts each command; each returns the exit code. */
export interface Commands {
  webhook(options: WebhookOptions): Promise<number>;
  controller(options: ControllerOptions): Promise<number>;
  check(flags: CheckFlags): Promise<number>;
}

export interface ProgramParts {
  readonly version: string;
  readonly env: Environment;
  readonly commands: Commands;
  readonly err: (text: string) => void;
  readonly finish: (code: number) => void;
}

/** Exit code for a wrong flag or option. */
const WRONG_USE = 2;

/** Exit code of what the parser itself ended: help and version, or wrong use. Undefined for any other error. */
export function parserExitCode(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? 0 : WRONG_USE;
}

/** The command line: subcommands, flags and help. */
export function createProgram(parts: ProgramParts): Command {
  const program = new Command('pathkeeper')
    .description(
      'Keeps idle TCP connections from dying silently: judges workloads against the idle timeouts of their paths.',
    )
    .version(parts.version)
    .showHelpAfterError('(pathkeeper --help tells what there is)')
    .exitOverride();
  addCheck(program, parts);
  addService(program, parts, 'webhook', 'Answer admission reviews.', readWebhookOptions, (options) =>
    parts.commands.webhook(options),
  );
  addService(
    program,
    parts,
    'controller',
    'Judge running workloads and report on policies.',
    readControllerOptions,
    (options) => parts.commands.controller(options),
  );
  return program;
}

function addService<T>(
  program: Command,
  parts: ProgramParts,
  name: 'webhook' | 'controller',
  description: string,
  read: (flags: GivenFlags, env: Environment) => OptionsResult<T>,
  start: (options: T) => Promise<number>,
): void {
  const command = program.command(name).description(description);
  const rows: readonly OptionRow[] = OPTION_ROWS;
  for (const row of rows.filter(({ commands }) => commands.includes(name))) {
    const fallback = row.fallback === undefined || row.fallback === '' ? '' : `, default ${row.fallback}`;
    const option = new Option(`${row.flag} <value>`, `${row.description} (env ${row.env}${fallback})`);
    command.addOption(row.choices === undefined ? option : option.choices([...row.choices]));
  }
  command.action(async (flags: GivenFlags) => {
    const result = read(flags, parts.env);
    if ('problems' in result) {
      for (const problem of result.problems) parts.err(`pathkeeper ${name}: ${problem}\n`);
      parts.finish(WRONG_USE);
      return;
    }
    parts.finish(await start(result.options));
  });
}

function addCheck(program: Command, parts: ProgramParts): void {
  program
    .command('check')
    .description(
      'Judge workloads in files, folders or standard input (-) by the policies that stand beside them.',
    )
    .argument('<path...>', 'files, folders (recursively: .yaml .yml .json), or - for standard input')
    .addOption(new Option('-o, --format <format>', 'how to answer').choices(['text', 'json']).default('text'))
    .addOption(
      new Option('--fail-on <verdict>', 'exit with 1 when any workload is this or worse')
        .choices(['AtRisk', 'Marginal', 'Unknown', 'Never'])
        .default('AtRisk'),
    )
    .option('-n, --namespace <name>', 'namespace of objects that name none', 'default')
    .option('--cluster-domain <domain>', 'domain of Service names', 'cluster.local')
    .addOption(
      new Option(
        '--read-secrets <switch>',
        'whether Secrets among the files are read; values are never shown',
      )
        .choices(['Off', 'On'])
        .default('Off'),
    )
    .option(
      '--kubernetes-version <version>',
      'version of the cluster, such as 1.29: decides which sysctls are safe',
      parseVersion,
    )
    .addHelpText(
      'after',
      [
        '',
        'Exit codes: 0 nothing at or above --fail-on; 1 something; 2 input or flags that cannot be read.',
        '',
        'Examples:',
        '  pathkeeper check deploy/',
        '  helm template my-release ./chart | pathkeeper check - policies/',
        '  pathkeeper check deploy/ --format json --fail-on Marginal',
      ].join('\n'),
    )
    .action(async (paths: readonly string[], flags: Omit<CheckFlags, 'paths'>) => {
      parts.finish(await parts.commands.check({ ...flags, paths }));
    });
}

function parseVersion(text: string): { major: number; minor: number } {
  const match = /^v?(\d{1,2})\.(\d{1,3})(?:[.+-].*)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('must be a version such as 1.29');
  return { major: Number(match[1]), minor: Number(match[2]) };
}
