import { type ConnectionString, LONGEST_STRING } from './connection-string.ts';
import { parseJdbc } from './parse-jdbc.ts';
import { parseLibpq, parsePdo, parseSemicolonKeywords } from './parse-keywords.ts';
import { parseOracleTarget } from './parse-oracle.ts';
import { parseGoMysql, parseStackExchangeRedis } from './parse-other.ts';
import { parseUrl } from './parse-url.ts';

/**
 * The text as a connection string, or undefined where it is none. Parsed, never matched: each syntax by a parser
 * that reads the text once, and leaves out user and password. Only syntaxes that no other text has by chance are
 * tried; `host:port/service` is {@link parseOracleConnect}.
 */
export function parseConnectionString(text: string): ConnectionString | undefined {
  if (text.length < 4 || text.length > LONGEST_STRING) return undefined;
  const trimmed = text.trim();
  if (/^(?:jdbc|r2dbc):/i.test(trimmed)) return parseJdbc(trimmed);
  const schemeEnd = trimmed.indexOf('://');
  if (schemeEnd > 0) {
    const url = parseUrl(trimmed);
    if (url !== undefined) return url;
  }
  if (/^\(\s*DESCRIPTION/i.test(trimmed)) return parseOracleConnect(trimmed);
  return trimmed.includes('=') || trimmed.includes('(') ? parseKeywords(trimmed) : undefined;
}

function parseKeywords(text: string): ConnectionString | undefined {
  const byGo = text.includes('(') ? parseGoMysql(text) : undefined;
  if (byGo !== undefined) return byGo;
  const pdo = parsePdo(text);
  if (pdo !== undefined) return pdo;
  if (
    /(?:^|;)\s{0,20}(?:server|servername|host|data ?source|addr|address|network ?address)\s{0,20}=/i.test(
      text,
    )
  ) {
    const keywords = text.includes(';') ? parseSemicolonKeywords(text) : undefined;
    if (keywords !== undefined) return keywords;
  }
  if (/(?:^|\s)(?:host|hostaddr|service)\s{0,20}=/.test(text)) {
    const libpq = parseLibpq(text);
    if (libpq !== undefined) return libpq;
  }
  return text.includes(',') ? parseStackExchangeRedis(text) : undefined;
}

/** Oracle's `host:port/service`, `(DESCRIPTION=…)` or name, where something else says that it is Oracle's. */
export function parseOracleConnect(text: string): ConnectionString | undefined {
  if (text.length > LONGEST_STRING) return undefined;
  const target = parseOracleTarget(text);
  return target === undefined ? undefined : { syntax: 'OracleConnect', scheme: '', ...target };
}
