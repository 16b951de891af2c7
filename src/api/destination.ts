import { z } from 'zod';

import { formed, labelName, port } from './field-schemas.ts';
import { CIDR_MAX_LENGTH, parseCidr } from './ip-address.ts';
import { withRules } from './rule.ts';
import { uniqueItems } from './unique-items.ts';

const hostSchema = formed(
  'Host name as the workload writes it, or *.suffix for every name below the suffix at any depth (not the suffix itself). Never resolved; letter case does not matter.',
  {
    id: 'destination-host',
    pattern:
      '^([*][.])?[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?([.][A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*$',
    maxLength: 253,
    message:
      "must be a host name such as 'db.corp.example', or '*.corp.example' for every name below it: without scheme, port or path",
  },
);

const cidrSchema = withRules(
  z
    .string()
    .max(CIDR_MAX_LENGTH)
    .describe(
      'Network of addresses. Matches a connection that names an address; a host name is never resolved.',
    ),
  {
    id: 'destination-cidr',
    message:
      "must be a network such as '10.20.0.0/16' or 'fd00:20::/32'; for one address write '10.20.0.7/32'",
    cel: 'isCIDR(self)',
    check: (value) => parseCidr(value) !== undefined,
  },
);

const serviceSchema = z.strictObject({
  name: labelName('Name of the Service.', 'service-name', 'db'),
  namespace: labelName(
    "Namespace of the Service. Default: the policy's own; a ClusterNetworkPathPolicy must give it.",
    'service-namespace',
    'data',
  ).exactOptional(),
});

/** Where connections of the path lead. */
export const destinationSchema = withRules(
  z.strictObject({
    host: hostSchema.exactOptional(),
    cidr: cidrSchema.exactOptional(),
    service: serviceSchema
      .exactOptional()
      .describe('A Service: matches every DNS form of its name, and its cluster addresses.'),
    ports: uniqueItems(z.array(port('A port.')).max(32), 'destination-port-unique')
      .exactOptional()
      .describe('Ports of the destination. None: every port.'),
  }),
  {
    id: 'destination-one-of',
    message: 'a destination must have exactly one of `host`, `cidr` or `service`',
    cel: '[has(self.host), has(self.cidr), has(self.service)].filter(given, given).size() == 1',
    check: ({ host, cidr, service }) =>
      [host, cidr, service].filter((given) => given !== undefined).length === 1,
  },
);

/** A port on which the workload serves. */
export const listenerSchema = z.strictObject({
  port: port('Port on which the workload accepts connections.'),
});
