import { saysAddressInUse } from './free-port.ts';
import { StartFailure } from './wait-until-healthy.ts';

const ATTEMPTS = 5;

/** Does `start`, and again when somebody else was quicker to take a port that was free a moment before. */
export async function onFreePorts<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      const again = error instanceof StartFailure && saysAddressInUse(error.output);
      if (!again || attempt === ATTEMPTS) throw error;
    }
  }
}
