import { describe, expect, test } from '@jest/globals';
import { OPTION_ROWS } from '../../src/options/option-table.ts';
import type { OptionRow } from '../../src/options/option-table.ts';
import { createProgram, parserExitCode } from '../../src/options/program.ts';

interface Run {
  readonly out: string;
  readonly err: string;
  readonly code: number | undefined;
  /** What was started, with its options. */
  readonly started: readonly (readonly [string, object])[];
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  let out = '';
  let err = '';
  let code: number | undefined;
  const started: [string, object][] = [];
  const start = (name: string) => (options: object) => {
    started.push([name, options]);
    return Promise.resolve(0);
  };
  const program = createProgram({
    version: '1.2.3',
    env,
    err: (text) => (err += text),
    finish: (given) => (code = given),
    commands: { webhook: start('webhook'), controller: start('controller'), check: start('check') },
  });
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (err += text) });
  }
  try {
    await program.parseAsync(['node', 'pathkeeper', ...args]);
  } catch (error) {
    code = parserExitCode(error);
    if (code === undefined) throw error;
  }
  return { out, err, code, started };
}

describe('the command line', () => {
  test.each(['webhook', 'controller'])('%s starts with what flags and variables say', async (name) => {
    const { started, code, err } = await run([name, '--log-level', 'warn'], { PATHKEEPER_NAMESPACE: 'mine' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(started).toEqual([[name, expect.objectContaining({ logLevel: 'warn', namespace: 'mine' })]]);
  });

  test.each(['webhook', 'controller'] as const)(
    'the help of %s names every flag, variable and default',
    async (name) => {
      const { out, code, started } = await run([name, '--help']);
      expect({ code, started }).toEqual({ code: 0, started: [] });
      const words = out.replaceAll(/\s+/g, ' ');
      const rows: readonly OptionRow[] = OPTION_ROWS;
      for (const { flag, env, fallback, commands } of rows) {
        expect([flag, words.includes(`${flag} `)]).toEqual([flag, commands.includes(name)]);
        const isBare = fallback === undefined || fallback === '';
        const told = isBare ? `(env ${env})` : `(env ${env}, default ${fallback})`;
        if (commands.includes(name)) expect(words).toContain(told);
      }
    },
  );

  test.each([
    [
      ['webhook', '--log-level', 'loud'],
      /'--log-level <value>' argument 'loud' is invalid. Allowed choices are trace, debug/,
    ],
    [['webhook', '--no-such-flag'], /unknown option '--no-such-flag'/],
    [['webhok'], /unknown command 'webhok'/],
    [
      ['webhook', '--port', '99999'],
      /^pathkeeper webhook: --port: must be a port from 0 to 65535 \(given: '99999'\)\n$/,
    ],
    [['controller', '--port', '9443'], /unknown option '--port'/],
    [['check'], /missing required argument 'path'/],
  ])('%j is refused with exit code 2 and nothing is started', async (args, message) => {
    const { err, code, started } = await run(args);
    expect(err).toMatch(message);
    expect({ code, started }).toEqual({ code: 2, started: [] });
  });

  test('the version is told', async () => {
    expect(await run(['--version'])).toMatchObject({ out: '1.2.3\n', code: 0 });
  });
});
