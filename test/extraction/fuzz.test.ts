import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readFile } from '../../src/extraction/files/read-file.ts';
import { findSubject, referencedObjects } from '../../src/extraction/extract-workload.ts';
import { splitShell } from '../../src/extraction/reading/split-shell.ts';
import {
  parseConnectionString,
  parseOracleConnect,
} from '../../src/extraction/strings/parse-connection-string.ts';
import { readTnsNames } from '../../src/extraction/strings/read-tnsnames.ts';
import { deployment, extract } from './workload-builder.ts';
import { FILE_NAMES, hostileText, hostileWorkload, mutatedString, runs } from './hostile-input.ts';

describe('whatever is given, nothing is thrown', () => {
  test('connection strings', () => {
    fc.assert(
      fc.property(fc.oneof(mutatedString, hostileText), (text) => {
        parseConnectionString(text);
        parseOracleConnect(text);
      }),
      runs(4000),
    );
  });

  test('files of every format', () => {
    const names = [...FILE_NAMES, 'config', 'x.conf'];
    fc.assert(
      fc.property(fc.constantFrom(...names), hostileText, (name, text) => {
        readFile(name, text);
        readTnsNames(text);
      }),
      runs(2000),
    );
  });

  test('scripts', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        splitShell(
          text,
          () => undefined,
          (what) => what,
        );
      }),
      runs(2000),
    );
  });

  test('workloads, and the answer is the same twice', () => {
    fc.assert(
      fc.property(hostileWorkload, ({ object, configMaps }) => {
        const subject = findSubject(object);
        if (subject === undefined) return;
        referencedObjects(subject);
        expect(JSON.stringify(extract(object, { configMaps }))).toBe(
          JSON.stringify(extract(object, { configMaps })),
        );
      }),
      runs(300),
    );
  });

  test('anything at all', () => {
    fc.assert(
      fc.property(fc.anything(), (object) => {
        expect(findSubject(object) === undefined || typeof object === 'object').toBe(true);
      }),
      runs(2000),
    );
  });
});

describe('a password in a connection string', () => {
  test('is in no part of the result, however the string is broken', () => {
    const password = 'Planted0Password';
    const broken = fc
      .tuple(mutatedString, fc.nat(200))
      .map(([text, at]) => `${text.slice(0, at)}${text.slice(at)}`.replaceAll('hunter2', password));
    fc.assert(
      fc.property(broken, (text) => {
        const facts = extract(deployment({ env: { DATABASE_URL: text } }));
        const { object: _object, ...rest } = { object: undefined, ...facts };
        expect(JSON.stringify(rest)).not.toContain(password);
      }),
      runs(1500),
    );
  });
});

describe('long input', () => {
  // Not a measurement: an input that makes a parser run away would take minutes, and the test would time out.
  const long = 100_000;
  test.each(
    [
      ':',
      '/',
      '@',
      '(',
      ')',
      '=',
      ';',
      '&',
      '%',
      '%4',
      '[',
      '{',
      '"',
      "'",
      '\\',
      '$',
      '${',
      '$(',
      ',',
      ' ',
      '\n',
      'a=',
      '(a=',
      'a:b@',
      '- ',
      '? ',
      '*a ',
      '&a ',
      '<',
      '<a>',
      '<a b="',
      '<!x>',
      '"""',
      'a = {',
      'a = [',
      '[[a]]',
      '#',
      'a "b',
      '+=',
    ].map((piece) => [piece]),
  )('%j repeated', (piece) => {
    const text = piece.repeat(Math.ceil(long / piece.length));
    for (const start of [
      '',
      'postgres://',
      'jdbc:oracle:thin:@',
      'jdbc:sqlserver://',
      'host=',
      'Server=x;',
      'u:p@tcp(',
    ]) {
      parseConnectionString(start + text.slice(0, 16_000));
    }
    for (const name of FILE_NAMES) readFile(name, text);
    splitShell(
      text,
      () => undefined,
      (what) => what,
    );
    readTnsNames(text);
  });
});
