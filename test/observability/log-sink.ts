/** Collects what a logger writes, each record as an object. */
export class LogSink {
  readonly records: Record<string, unknown>[] = [];
  /** The lines as they were written. */
  text = '';

  write(line: string): void {
    this.text += line;
    this.records.push(JSON.parse(line) as Record<string, unknown>);
  }
}
