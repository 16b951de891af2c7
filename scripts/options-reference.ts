import { OPTION_ROWS } from '../src/options/option-table.ts';
import type { OptionRow } from '../src/options/option-table.ts';
import type { Generator } from './generator.ts';

const PAGE = 'docs/reference/options.md';

/** The page of the long-running commands' options, from the table that the parser is made from. */
export const optionsReference: Generator = {
  name: 'options reference',
  files: () => Promise.resolve(new Map([[PAGE, renderOptions(OPTION_ROWS)]])),
};

function renderOptions(rows: readonly OptionRow[]): string {
  return [
    '# Options of the long-running commands',
    '<!-- Written by `npm run generate` from src/options/option-table.ts. -->',
    'Each can be given as a flag or as an environment variable; the flag wins. A value that is not allowed ends the ' +
      'command with exit code 2 and one line for each, before anything is started.',
    ...(['webhook', 'controller'] as const).flatMap((command) => [
      `## pathkeeper ${command}`,
      table(rows.filter(({ commands }) => commands.includes(command))),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

function table(rows: readonly OptionRow[]): string {
  return [
    '| Flag | Variable | Takes | Default | Meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      (row) =>
        `| \`${row.flag}\` | \`${row.env}\` | ${takes(row)} | ${fallback(row)} | ${row.description.replaceAll('|', '\\|')} |`,
    ),
  ].join('\n');
}

function takes({ takes: kind, choices }: OptionRow): string {
  return choices === undefined ? kind : choices.map((choice) => `\`${choice}\``).join(' or ');
}

function fallback({ fallback: value }: OptionRow): string {
  return value === undefined || value === '' ? '' : `\`${value}\``;
}
