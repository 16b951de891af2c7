/** Tells a person what is going on, one plain line at a time. */
export type Progress = (line: string) => void;

/** Lines on standard error, so that a verb's standard output stays its result. */
export const progressOnStderr: Progress = (line) => {
  process.stderr.write(`control plane: ${line}\n`);
};

/** Runs `work` and repeats `line` with the seconds gone by, every `everySeconds`, until it ends. */
export async function withHeartbeat<T>(
  progress: Progress,
  line: string,
  work: () => Promise<T>,
  everySeconds = 15,
): Promise<T> {
  const start = performance.now();
  const secondsGone = (): number => Math.round((performance.now() - start) / 1000);
  progress(line);
  const timer = setInterval(() => progress(`${line}: ${secondsGone()} s`), everySeconds * 1000);
  try {
    const result = await work();
    progress(`${line}: done in ${secondsGone()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
