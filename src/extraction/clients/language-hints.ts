import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { Sign } from './recognise-container.ts';

type Ecosystem = ClientEntry['ecosystem'];

/** The languages that a container shows, each with the sign that shows it. Empty: nothing shows it. */
export type LanguageHints = ReadonlyMap<Ecosystem, string>;

/** Programs and their languages; a trailing version (`python3.12`) does not count. */
const BY_PROGRAM = new Map<string, Ecosystem>([
  ['java', 'Jvm'],
  ['catalina.sh', 'Jvm'],
  ['python', 'Python'],
  ['pypy', 'Python'],
  ['gunicorn', 'Python'],
  ['uvicorn', 'Python'],
  ['hypercorn', 'Python'],
  ['celery', 'Python'],
  ['flask', 'Python'],
  ['django-admin', 'Python'],
  ['airflow', 'Python'],
  ['alembic', 'Python'],
  ['node', 'Node'],
  ['nodejs', 'Node'],
  ['npm', 'Node'],
  ['npx', 'Node'],
  ['yarn', 'Node'],
  ['pnpm', 'Node'],
  ['bun', 'Node'],
  ['next', 'Node'],
  ['nest', 'Node'],
  ['pm2', 'Node'],
  ['ts-node', 'Node'],
  ['tsx', 'Node'],
  ['ruby', 'Ruby'],
  ['rails', 'Ruby'],
  ['bundle', 'Ruby'],
  ['puma', 'Ruby'],
  ['sidekiq', 'Ruby'],
  ['rake', 'Ruby'],
  ['unicorn', 'Ruby'],
  ['php', 'Php'],
  ['php-fpm', 'Php'],
  ['artisan', 'Php'],
  ['apache2-foreground', 'Php'],
  ['dotnet', 'Dotnet'],
  ['mix', 'Beam'],
  ['elixir', 'Beam'],
  ['erl', 'Beam'],
  ['go', 'Go'],
]);

/** Variables that only programs of one language read. */
const BY_VARIABLE: readonly (readonly [RegExp, Ecosystem])[] = [
  [
    /^(?:JAVA_|JDK_JAVA|JVM_|_JAVA_OPTIONS$|SPRING_|QUARKUS_|MICRONAUT_|CATALINA_|MAVEN_|GRADLE_|BPL_JVM)/,
    'Jvm',
  ],
  [/^(?:PYTHON|DJANGO_|FLASK_|GUNICORN_|UVICORN_|CELERY_|SQLALCHEMY_|WERKZEUG_)/, 'Python'],
  [/^(?:NODE_ENV|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NPM_CONFIG_|NEXT_|NUXT_)/, 'Node'],
  [/^(?:RAILS_|RACK_|BUNDLE_|RUBY|SIDEKIQ_|GEM_)/, 'Ruby'],
  [/^(?:PHP_|LARAVEL_|SYMFONY_|COMPOSER_)/, 'Php'],
  [/^(?:ASPNETCORE_|DOTNET_|COMPlus_)/, 'Dotnet'],
  [/^(?:GOMAXPROCS|GOMEMLIMIT|GOGC|GODEBUG|GOTRACEBACK)$/, 'Go'],
  [/^(?:ERL_|ELIXIR_|MIX_ENV$|RELEASE_COOKIE$)/, 'Beam'],
  [/^(?:RUST_LOG|RUST_BACKTRACE)$/, 'Rust'],
];

/** Last part of an image's name, by how it begins or what it is. */
const BY_IMAGE: readonly (readonly [RegExp, Ecosystem])[] = [
  [/^(?:openjdk|eclipse-temurin|amazoncorretto|java|jre|jdk|tomcat|zulu-openjdk|sapmachine|wildfly)/, 'Jvm'],
  [/^(?:python|pypy|django)/, 'Python'],
  [/^node(?:js)?(?:$|-)/, 'Node'],
  [/^(?:ruby|rails)/, 'Ruby'],
  [/^php/, 'Php'],
  [/^(?:aspnet|dotnet|sdk|runtime)$/, 'Dotnet'],
  [/^golang/, 'Go'],
  [/^(?:elixir|erlang)/, 'Beam'],
  [/^rust$/, 'Rust'],
];

/** What of the language a container's programs, variables, image and recognised entries show. */
export function languageHints(
  settings: ContainerSettings,
  programs: readonly string[],
  signs: ReadonlyMap<ClientEntry, readonly Sign[]>,
): LanguageHints {
  const hints = new Map<Ecosystem, string>();
  const add = (ecosystem: Ecosystem | undefined, says: string): void => {
    if (ecosystem !== undefined && !hints.has(ecosystem)) hints.set(ecosystem, says);
  };
  for (const program of programs) {
    add(BY_PROGRAM.get(program) ?? BY_PROGRAM.get(program.replace(/[\d.]+$/, '')), `program ${program}`);
  }
  for (const name of settings.variables.keys()) {
    add(BY_VARIABLE.find(([pattern]) => pattern.test(name))?.[1], `variable ${name}`);
  }
  const image = imageName(settings.container.image);
  add(BY_IMAGE.find(([pattern]) => pattern.test(image))?.[1], `image ${image}`);
  for (const [entry, shown] of signs) {
    const sure = shown.find((sign) => isSure(entry, sign));
    if (sure !== undefined && entry.ecosystem !== 'Any' && entry.ecosystem !== 'Native') {
      add(entry.ecosystem, sure.says);
    }
  }
  return hints;
}

/** A variable or an image may be read by clients of several languages; these signs are one language's own. */
function isSure(entry: ClientEntry, sign: Sign): boolean {
  if (sign.by === 'Artefact' || sign.by === 'Property' || sign.by === 'Command') return true;
  return entry.kind === 'Runtime' || (entry.kind === 'Framework' && sign.by === 'Environment');
}

function imageName(image: string): string {
  const path = image.split('@', 1)[0] ?? '';
  return (path.slice(path.lastIndexOf('/') + 1).split(':', 1)[0] ?? '').toLowerCase();
}
