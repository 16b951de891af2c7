#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createProgram, parserExitCode } from './options/program.ts';
import { environment } from './options/environment.ts';
import { VERSION } from './options/version.ts';

/*
 * The composition root: options in, one subcommand wired and started. What talks to a cluster is imported only by the
 * commands that do: the client library alone costs more time than a whole check.
 */
const program = createProgram({
  version: VERSION,
  env: environment(),
  err: (text) => process.stderr.write(text),
  finish: (code) => {
    process.exitCode = code;
  },
  commands: {
    webhook: async (options) => (await import('./process/run-webhook.ts')).runWebhook(options),
    controller: async (options) => (await import('./process/run-controller.ts')).runController(options),
    check: async ({ readSecrets, ...flags }) => {
      const { runCheck } = await import('./cli/check-command.ts');
      return runCheck(
        {
          ...flags,
          secrets: readSecrets,
          colour: process.stdout.isTTY && environment()['NO_COLOR'] === undefined,
        },
        {
          stdin: () => readFileSync(0, 'utf8'),
          out: (text) => process.stdout.write(text),
          err: (text) => process.stderr.write(text),
          now: () => new Date(),
        },
      );
    },
  },
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = parserExitCode(error) ?? (await explainFailure(error));
}

async function explainFailure(error: unknown): Promise<number> {
  // One line that says what to do; whoever wants the stack asks for it.
  const { renderFault } = await import('./faults/render-fault.ts');
  process.stderr.write(`pathkeeper: ${renderFault(error)}\n`);
  if (environment()['PATHKEEPER_DEBUG'] !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return 2;
}
