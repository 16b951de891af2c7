import type { Descriptor } from './parse-descriptor.ts';

/** How a connection string is written. */
export type StringSyntax =
  'Url' | 'Jdbc' | 'Libpq' | 'AdoNet' | 'Odbc' | 'GoMysql' | 'StackExchangeRedis' | 'OracleConnect' | 'Pdo';

/** A host and port of a connection string, as text: a gap in it is a part that cannot be seen. */
export interface StringHost {
  readonly host: string;
  readonly port?: string;
}

/** A parameter of a connection string. */
export interface StringParameter {
  readonly name: string;
  readonly value: string;
}

/**
 * A connection string in its parts. User and password are left out where it is parsed: they are in none of the
 * parts.
 */
export interface ConnectionString {
  readonly syntax: StringSyntax;
  /** What stands before the address, lower case, without the last colon: `jdbc:postgresql`, `redis`; empty for keywords. */
  readonly scheme: string;
  readonly hosts: readonly StringHost[];
  /** Path of a Unix socket, where it names one. */
  readonly socket?: string;
  readonly parameters: readonly StringParameter[];
  /** Oracle: the connect descriptor. */
  readonly descriptor?: Descriptor;
  /** Oracle: the name to be looked up in tnsnames.ora. */
  readonly alias?: string;
}

/** The most hosts and parameters that are taken from one connection string. */
export const MOST_HOSTS = 16;
export const MOST_PARAMETERS = 200;
/** The longest connection string that is parsed. */
export const LONGEST_STRING = 16_384;

/**
 * The value of a parameter. Names are compared as they are for URLs, and without case and inner blanks for keyword
 * strings, whose readers do so too. Of a name given twice the last counts.
 */
export function parameterOf(string: ConnectionString, name: string): string | undefined {
  const relaxed =
    string.syntax === 'AdoNet' || string.syntax === 'Odbc' || string.syntax === 'StackExchangeRedis';
  const wanted = relaxed ? keyword(name) : name;
  return string.parameters.findLast(
    (parameter) => (relaxed ? keyword(parameter.name) : parameter.name) === wanted,
  )?.value;
}

/** Keywords whose values are credentials. */
const CREDENTIALS =
  /^(?:pwd|pass|password|passwd|user|userid|uid|username|accountkey|sharedaccesskey|secretkey|sslpassword|accesstoken|authtoken|token)$/;

/** The parameters without those that hold credentials: they are dropped where a string is parsed. */
export function withoutCredentials(parameters: readonly StringParameter[]): readonly StringParameter[] {
  return parameters.filter((parameter) => !CREDENTIALS.test(keyword(parameter.name)));
}

/** A keyword as ADO.NET and ODBC compare it. */
export function keyword(name: string): string {
  return name.replaceAll(/[\s_-]/g, '').toLowerCase();
}
