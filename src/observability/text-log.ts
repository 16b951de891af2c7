import type { DestinationStream } from 'pino';

/** Turns the log's JSON lines into lines for a person: time, level, message, then the values. */
export function textLog(destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(renderLine(line)) };
}

function renderLine(line: string): string {
  const { time, level, msg, ...values } = JSON.parse(line) as Record<string, unknown>;
  const pairs = Object.entries(values).map(([name, value]) => ` ${name}=${renderValue(value)}`);
  return `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${renderMessage(msg)}${pairs.join('')}\n`;
}

/** Messages are constant sentences of ours: no quotes around them. */
function renderMessage(message: unknown): string {
  return typeof message === 'string' ? message.replaceAll(/\p{Cc}/gu, ' ') : '';
}

/** A word stands as it is; everything else as JSON, which keeps it on its line. */
function renderValue(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@+-]{1,256}$/.test(value) ? value : JSON.stringify(value);
}
