import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { scrub } from './scrub.ts';
import { textLog } from './text-log.ts';

/** A log. No child loggers: pino does not format what is bound to them, so it would not be scrubbed. */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error'>;

/** What a log is told. */
export interface LoggerOptions {
  /** The least level that is written. */
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** Json: one object a line, for collectors. Text: for a person who reads along. */
  readonly format: 'Json' | 'Text';
}

/**
 * The log of a process. Messages are constant, values are keys (`docs/logging.md`). Each record is bounded, and what
 * looks like a secret is taken out of it, whoever logs it.
 *
 * @param destination where the lines go; default: standard output, written at once, so that none is lost at the end
 */
export function createLogger(options: LoggerOptions, destination?: DestinationStream): Logger {
  const lines = destination ?? pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: scrub },
    },
    options.format === 'Text' ? textLog(lines) : lines,
  );
}
