/** Runs a verb of the command line: what goes wrong is told in words, not as a stack, and the exit code is 1. */
export async function runVerb(verb: () => Promise<void>, name = 'control plane'): Promise<void> {
  try {
    await verb();
  } catch (error) {
    let at: unknown = error;
    for (let depth = 0; at instanceof Error && depth < 5; depth++, at = at.cause) {
      console.error(`${name}: ${depth === 0 ? '' : 'because: '}${at.message}`);
    }
    process.exitCode = 1;
  }
}
