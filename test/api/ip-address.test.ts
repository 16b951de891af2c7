import { isIP } from 'node:net';

import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { cidrContains, parseCidr, parseIpAddress } from '../../src/api/ip-address.ts';

describe('addresses', () => {
  test.each([
    ['10.20.0.7', [10, 20, 0, 7]],
    ['::', Array.from({ length: 16 }, () => 0)],
    ['::1', [...Array.from({ length: 15 }, () => 0), 1]],
    ['fd00:20::a', [0xfd, 0, 0, 0x20, ...Array.from({ length: 11 }, () => 0), 0x0a]],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
    ['::ffff:10.0.0.1', [...Array.from({ length: 10 }, () => 0), 255, 255, 10, 0, 0, 1]],
  ])('%s', (text, bytes) => {
    expect(parseIpAddress(text)).toEqual(bytes);
  });

  test.each([
    '',
    '10.20.0',
    '10.20.0.256',
    '010.0.0.1',
    '1.2.3.4.5',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'fe80::1%eth0',
    '1.2.3.4::',
    ':1',
    '1:',
    'a.b.c.d',
  ])('refuses %s', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  test('agrees with Node on what is an address', () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom('0', '1', 'f', ':', '.'), maxLength: 20 }),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        expect(parseIpAddress(candidate) !== undefined).toBe(isIP(candidate) !== 0);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('networks', () => {
  test.each(['10.20.0.0/16', '0.0.0.0/0', '10.20.0.7/32', '10.20.0.7/16', 'fd00::/8', '::/0', '::1/128'])(
    'reads %s',
    (text) => {
      expect(parseCidr(text)).toBeDefined();
    },
  );

  test.each([
    '10.20.0.0',
    '10.20.0.0/',
    '10.20.0.0/33',
    '10.20.0.0/016',
    '10.20.0.0/-1',
    'fd00::/129',
    '::ffff:10.0.0.0/104',
    '/8',
    '10.20.0.0/16/16',
    'db/8',
  ])('refuses %s', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  test.each([
    ['10.20.0.0/16', '10.20.255.255', true],
    ['10.20.0.0/16', '10.21.0.0', false],
    ['10.20.128.0/17', '10.20.127.255', false],
    ['10.20.0.7/32', '10.20.0.7', true],
    ['10.20.0.7/32', '10.20.0.6', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '10.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
  ])('%s holds %s: %s', (network, address, holds) => {
    const cidr = parseCidr(network);
    const bytes = parseIpAddress(address);
    if (cidr === undefined || bytes === undefined) throw new Error('the test names no network or address');
    expect(cidrContains(cidr, bytes)).toBe(holds);
  });
});
