import type { Catalogue } from '../catalogue/catalogue.ts';
import type { DeviceEntry } from '../catalogue/device-entry.ts';
import type { HopModel } from '../evaluation/path-model.ts';
import type { HopVerdict } from '../evaluation/path-verdict.ts';
import type { Fix } from '../findings/finding.ts';
import { neededIdleTimeout } from './needed-times.ts';

/**
 * The other side's remedy: the idle timeout that the hop would need, and what that costs in state-table entries.
 * Undefined where silence is unbounded (no timeout is long enough) or the device cannot be set that high.
 */
export function pathFix(
  hop: HopModel,
  verdict: HopVerdict,
  marginPercent: number,
  catalogue: Catalogue,
): Fix | undefined {
  const needed = neededIdleTimeout(verdict, marginPercent);
  const present = verdict.idleTimeoutSeconds;
  if (needed === undefined || present === undefined || needed <= present) return undefined;
  const device = hop.device === undefined ? undefined : catalogue.device(hop.device);
  if (device !== undefined && !canBeSet(device, needed)) return undefined;
  const cost = costOf(hop, present, needed);
  return {
    side: 'Path',
    title: `raise the idle timeout of ${hop.name} from ${present} s to ${needed} s or more`,
    text:
      device?.configuredBy === undefined
        ? `${hop.name}: idle timeout ${needed} s`
        : `${device.configuredBy.replace(/\.$/, '')}: ${needed} s`,
    ...(cost === undefined ? {} : { note: cost }),
  };
}

function canBeSet(device: DeviceEntry, seconds: number): boolean {
  return (
    device.timeout === 'Configurable' && (device.maxSeconds === undefined || seconds <= device.maxSeconds)
  );
}

/**
 * Entries that a longer timeout adds: arrival rate times the longer stay (Little's law), bounded by what the table holds.
 * Said only when the policy gives the rate.
 */
function costOf(hop: HopModel, present: number, needed: number): string | undefined {
  const rate = hop.capacity?.newConnectionsPerSecond;
  if (rate === undefined) return undefined;
  const more = Math.ceil(rate * (needed - present));
  const most = hop.capacity?.maxEntries;
  const bytes = hop.capacity?.bytesPerEntry;
  const memory = bytes === undefined ? '' : `, ${Math.ceil((more * bytes) / 1_048_576)} MiB`;
  const share =
    most === undefined
      ? ''
      : `; ${Math.ceil((rate * needed * 100) / most)} % of its ${most} entries at worst`;
  return `up to ${more} more entries${memory}${share}`;
}
