import { baseName, type Word } from '../reading/read-command.ts';
import { hasGap } from '../reading/gaps.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';

const MOST_WORDS = 300;

/** Programs that run another program or module, named by their next words. */
const RUNNERS = new Set([
  'npx',
  'bundle',
  'poetry',
  'uv',
  'pipenv',
  'rye',
  'pdm',
  'yarn',
  'pnpm',
  'bunx',
  'hatch',
  'opentelemetry-instrument',
  'ddtrace-run',
  'newrelic-admin',
]);
const RUNNER_WORDS = new Set(['exec', 'run', 'dlx', 'x', 'run-program', '--']);
const PACKAGE_FILE = /\.(?:jar|war|whl|gem|nupkg|dll)$/i;

/** The programs that a container runs, modules and run scripts included, and the packages that its words name. */
export function programsOf(settings: ContainerSettings): {
  readonly programs: readonly string[];
  readonly artefacts: readonly string[];
} {
  const programs = new Set<string>();
  const artefacts = new Set<string>();
  for (const command of settings.commands) {
    if (command.program !== undefined && !hasGap(command.program)) programs.add(command.program);
    for (const started of startedBy(command.words)) programs.add(started);
    for (const artefact of artefactsIn(command.words)) artefacts.add(artefact);
  }
  return { programs: [...programs], artefacts: [...artefacts] };
}

/** What `python -m gunicorn`, `bundle exec puma`, `npx prisma` start. */
function startedBy(words: readonly Word[]): readonly string[] {
  const texts = words.slice(0, 12).map((word) => word.text);
  const first = baseName(texts[0] ?? '');
  const module = texts.indexOf('-m');
  if (/^python[\d.]*$/.test(first) && module > 0) return [(texts[module + 1] ?? '').split('.')[0] ?? ''];
  if (!RUNNERS.has(first)) return [];
  const next = texts.slice(1).find((text) => !text.startsWith('-') && !RUNNER_WORDS.has(text));
  return next === undefined || hasGap(next) ? [] : [baseName(next)];
}

/**
 * Packages: files with a package's extension (also in a class path), `name==version` and `name@version`, and the
 * main class of a JVM. A bare word is none: it may be anything.
 */
function artefactsIn(words: readonly Word[]): readonly string[] {
  return words.slice(0, MOST_WORDS).flatMap(({ text }) => {
    if (text.length > 20_000 || hasGap(text)) return [];
    const pieces = text.includes('.jar') ? text.split(/[:,;]/) : [text];
    return pieces.filter(isPackage).map(baseName);
  });
}

function isPackage(text: string): boolean {
  if (PACKAGE_FILE.test(text)) return true;
  return (
    /^[\w.[\]-]+==\d[\w.]*$/.test(text) ||
    /^@?[\w./-]+@\d[\w.]*$/.test(text) ||
    /^(?:[a-z]\w*\.){2,}[A-Z]\w*$/.test(text)
  );
}
