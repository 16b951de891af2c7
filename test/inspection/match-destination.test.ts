import { describe, expect, test } from '@jest/globals';
import type { Address } from '../../src/extraction/workload-facts.ts';
import {
  matchDestinations,
  type Destination,
  type NameScope,
} from '../../src/inspection/match-destination.ts';

const scope: NameScope = {
  workloadNamespace: 'orders',
  policyNamespace: 'orders',
  clusterDomain: 'cluster.local',
  lookup: {
    service: (namespace, name) =>
      namespace === 'data' && name === 'db'
        ? { namespace, name, clusterIPs: ['10.96.0.17', 'fd00::17'], annotations: {} }
        : undefined,
    declaring: () => undefined,
    namespaceLabels: () => ({}),
  },
};

function at(host: string, port?: number): Address {
  return { state: 'Known', host, ...(port === undefined ? {} : { port }) };
}

const db: Destination = { service: { name: 'db', namespace: 'data' } };

describe('a connection is held against a policy’s destinations', () => {
  test.each<[string, Address, Destination, string]>([
    ['a name matches itself', at('db.corp.example'), { host: 'db.corp.example' }, 'On'],
    ['names compare without case', at('DB.Corp.Example'), { host: 'db.corp.example' }, 'On'],
    [
      'a final dot says only that a name is complete',
      at('db.corp.example.'),
      { host: 'db.corp.example' },
      'On',
    ],
    ['a longer name is another', at('xdb.corp.example'), { host: 'db.corp.example' }, 'Off'],
    ['a wildcard matches any depth below', at('a.b.corp.example'), { host: '*.corp.example' }, 'On'],
    ['a wildcard does not match the name itself', at('corp.example'), { host: '*.corp.example' }, 'Off'],
    ['a wildcard needs a whole label', at('xcorp.example'), { host: '*.corp.example' }, 'Off'],
    ['an address lies in a network', at('10.20.3.4'), { cidr: '10.20.0.0/16' }, 'On'],
    ['an address lies outside a network', at('10.21.0.1'), { cidr: '10.20.0.0/16' }, 'Off'],
    ['a host name is never resolved', at('ten.example'), { cidr: '0.0.0.0/0' }, 'Off'],
    ['an IPv6 address in brackets', at('[fd00::17]'), { cidr: 'fd00::/8' }, 'On'],
    ['a Service by name and namespace', at('db.data'), db, 'On'],
    ['a Service with svc', at('db.data.svc'), db, 'On'],
    ['a Service in full', at('db.data.svc.cluster.local'), db, 'On'],
    ['a pod of a headless Service', at('db-0.db.data.svc'), db, 'On'],
    ['a short name means the workload’s own namespace', at('db'), db, 'Off'],
    ['a short name in the Service’s namespace', at('db'), { service: { name: 'db' } }, 'On'],
    ['a Service’s cluster IP', at('10.96.0.17'), db, 'On'],
    ['a Service’s second cluster IP', at('fd00:0::17'), db, 'On'],
    ['a Service of another name', at('db2.data.svc'), db, 'Off'],
    ['a port that is listed', at('db.corp.example', 1521), { host: 'db.corp.example', ports: [1521] }, 'On'],
    [
      'a port that is not listed',
      at('db.corp.example', 1522),
      { host: 'db.corp.example', ports: [1521] },
      'Off',
    ],
    [
      'a port that cannot be read',
      at('db.corp.example'),
      { host: 'db.corp.example', ports: [1521] },
      'Unknown',
    ],
  ])('%s', (_name, address, destination, expected) => {
    expect(matchDestinations(address, [destination], scope)).toBe(expected);
  });

  test('without destinations every connection is on the path', () => {
    expect(matchDestinations(at('anywhere'), undefined, scope)).toBe('On');
  });

  test('an address that cannot be read may be any of them', () => {
    const hidden: Address = { state: 'Unknown', cause: 'Secret', reason: 'it comes from a Secret' };
    expect(matchDestinations(hidden, [db], scope)).toBe('Unknown');
  });

  test('one destination of several is enough', () => {
    expect(
      matchDestinations(at('10.20.0.9', 5432), [db, { cidr: '10.20.0.0/16', ports: [5432] }], scope),
    ).toBe('On');
  });
});
