import { describe, expect, test } from '@jest/globals';
import { splitShell } from '../../src/extraction/reading/split-shell.ts';

const VARIABLES = new Map([
  ['HOST', 'db'],
  ['OPTS', '-Xmx1g  -Da=b'],
  ['EMPTY', ''],
]);

/** Commands as words between bars; assignments before a colon; what cannot be seen in angle brackets. */
function split(script: string): readonly string[] {
  return splitShell(
    script,
    (name) => VARIABLES.get(name),
    (what) => `<${what}>`,
  ).map(({ assignments, words, redirectedTo }) => {
    const set = assignments.map(({ name, text }) => `${name}=${text}`).join(' ');
    const to = redirectedTo === undefined ? '' : ` > ${redirectedTo}`;
    return `${set === '' ? '' : `${set}: `}${words.join('|')}${to}`;
  });
}

describe('splitting a script as a shell would', () => {
  test.each([
    ['exec java -jar /app.jar', ['exec|java|-jar|/app.jar']],
    ['echo \'a b\' "c d" e\\ f', ['echo|a b|c d|e f']],
    ["echo 'it'\"'\"'s'", ["echo|it's"]],
    ['a && b || c; d | e & f\ng', ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
    ['A=1 B="2 3" cmd x', ['A=1 B=2 3: cmd|x']],
    ['A=1', ['A=1: ']],
    ['echo A=1', ['echo|A=1']],
    ['# a comment\necho x # another\necho a#b', ['echo|x', 'echo|a#b']],
    ['echo $HOST ${HOST} "${HOST}:1"', ['echo|db|db|db:1']],
    ['java $OPTS -jar x', ['java|-Xmx1g|-Da=b|-jar|x']],
    ['java "$OPTS"', ['java|-Xmx1g  -Da=b']],
    ['echo ${NONE:-5432} ${HOST:-other} ${EMPTY:-filled} ${EMPTY-kept}', ['echo|5432|db|filled|kept']],
    ['echo $NONE', ['echo|<$NONE>']],
    [
      'echo $(hostname -f) `date` ${A%%b}',
      ['echo|<the output of a command>|<the output of a command>|<${A%%b}>'],
    ],
    ['echo $(echo $(date))x', ['echo|<the output of a command>x']],
    ['echo "a\\"b" "\\$HOST" \'$HOST\'', ['echo|a"b|$HOST|$HOST']],
    ['if true; then exec redis-server --port 1; fi', ['true', 'exec|redis-server|--port|1', 'fi']],
    ['echo 60 > /proc/sys/net/ipv4/tcp_keepalive_time', ['echo|60 > /proc/sys/net/ipv4/tcp_keepalive_time']],
    ['cmd 2>&1 >>log <in', ['cmd|2 > log']],
    ['a \\\n b', ['a|b']],
    ['echo price: 5$', ['echo|price:|5$']],
    ["unclosed 'quote goes on", ['unclosed|quote goes on']],
    ['(cd /x && run)', ['cd|/x', 'run']],
    ['', []],
  ])('%s', (script, expected) => {
    expect(split(script)).toEqual(expected);
  });

  test.each([['$('], ['`'], ["'"], ['"'], ['${'], ['\\'], ['((((('], ['$'], [' '], ['a '], [';']])(
    'a script of nothing but %j ends',
    (piece) => {
      expect(split(piece.repeat(40_000)).length).toBeLessThanOrEqual(40_000);
    },
  );
});
