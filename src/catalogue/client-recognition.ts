import { z } from 'zod';
import { naming, text } from './client-setting.ts';

/* How a workload shows which client it uses. */

/**
 * A connection string without a scheme, known by its keywords: `Host=..;Username=..` (AdoNet), `Driver={..};..` (Odbc),
 * `host=.. dbname=..` (Libpq), `user:password@tcp(host:port)/db` (GoMysql), `host:port,password=..,ssl=True`
 * (StackExchangeRedis), `host:port/service` or `(DESCRIPTION=..)` (OracleConnect), `pgsql:host=..;dbname=..` (Pdo).
 */
const stringSchema = z.strictObject({
  syntax: z.enum(['AdoNet', 'Odbc', 'Libpq', 'GoMysql', 'StackExchangeRedis', 'OracleConnect', 'Pdo']),
  keywords: z
    .array(text)
    .max(10)
    .default([])
    .describe('All must be there; case and inner spaces do not count; a | b means either.'),
  without: z.array(text).max(10).default([]).describe('None may be there.'),
  contains: z.array(text).max(10).default([]).describe('Texts of which one must occur, such as ODBC Driver.'),
});

/** How a workload shows that it uses this client. Names end in * for a prefix. */
export const recogniseSchema = z.strictObject({
  schemes: z
    .array(text)
    .max(40)
    .default([])
    .describe(
      'Start of a connection string before :// (or, for JDBC, before the address), such as jdbc:postgresql.',
    ),
  strings: z.array(stringSchema).max(6).default([]),
  env: z.array(text).max(60).default([]),
  properties: z.array(text).max(60).default([]),
  urlParameters: z
    .array(text)
    .max(20)
    .default([])
    .describe('Query parameters of a connection string that only it reads, such as pool_max_conns.'),
  naming: naming.default('Exact').describe('Rules by which `properties` may be written elsewhere.'),
  images: z
    .array(text)
    .max(40)
    .default([])
    .describe(
      'Last parts of an image name without tag, such as postgres or bitnami/redis. The tag is evidence of the version, unless `versions` says otherwise.',
    ),
  commands: z.array(text).max(40).default([]).describe('Base name of the program that runs.'),
  artefacts: z
    .array(text)
    .max(40)
    .default([])
    .describe(
      'Base name of a jar, wheel, gem or package in command, arguments or LD_PRELOAD, without version.',
    ),
  files: z.array(text).max(20).default([]).describe('Base name of a configuration file that only it reads.'),
  hosts: z
    .array(text)
    .max(20)
    .default([])
    .describe('Ends of host names that tell the server, such as .postgres.database.azure.com.'),
});
