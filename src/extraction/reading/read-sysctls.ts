import type { Place } from '../../findings/place.ts';
import type { Setting } from '../setting.ts';
import type { PodKeepAlive } from '../workload-facts.ts';
import { memberList, memberObject, memberText } from './guard.ts';
import { type PodReading, placeIn } from './read-pod.ts';
import type { RunCommand } from './read-command.ts';

const KEEPALIVE_TIME = 'net.ipv4.tcp_keepalive_time';
const KEEPALIVE_INTERVAL = 'net.ipv4.tcp_keepalive_intvl';
const KEEPALIVE_PROBES = 'net.ipv4.tcp_keepalive_probes';
const RETRIES = 'net.ipv4.tcp_retries2';

/** Compiled into Linux; a new network namespace starts from these, whatever the node's own values are. */
const KERNEL_DEFAULTS = new Map([
  [KEEPALIVE_TIME, 7200],
  [KEEPALIVE_INTERVAL, 75],
  [KEEPALIVE_PROBES, 9],
  [RETRIES, 15],
]);

/** Greatest values that the kernel accepts (MAX_TCP_KEEPIDLE, _KEEPINTVL, _KEEPCNT of include/net/tcp.h). */
const GREATEST = new Map([
  [KEEPALIVE_TIME, 32_767],
  [KEEPALIVE_INTERVAL, 32_767],
  [KEEPALIVE_PROBES, 127],
  [RETRIES, 255],
]);

/** A sysctl that the pod sets, and how. */
export interface GivenSysctl {
  readonly name: string;
  readonly text: string;
  readonly place: Place;
  /** A privileged container sets it by running a program. */
  readonly by: 'SecurityContext' | 'Container';
}

/** The sysctls of the pod that bear on the matter. */
export interface PodSysctls {
  readonly keepAlive: PodKeepAlive;
  readonly retries: Setting<number>;
  /** Those of the four that the pod itself sets, the last of a name only. */
  readonly given: readonly GivenSysctl[];
}

/**
 * The pod's keep-alive sysctls: from its securityContext, then from containers that run `sysctl -w` or write to
 * /proc/sys (they run later, and so win), else the kernel's own; on the node's network the node's, which no
 * manifest shows.
 */
export function readSysctls(pod: PodReading, commands: readonly RunCommand[]): PodSysctls {
  const given = new Map<string, GivenSysctl>();
  for (const sysctl of [...ofSecurityContext(pod), ...commands.flatMap(ofCommand)]) {
    if (KERNEL_DEFAULTS.has(sysctl.name)) given.set(sysctl.name, sysctl);
  }
  const read = (name: string): Setting<number> => readSysctl(name, given.get(name), pod.hostNetwork);
  return {
    keepAlive: {
      time: read(KEEPALIVE_TIME),
      interval: read(KEEPALIVE_INTERVAL),
      probes: read(KEEPALIVE_PROBES),
    },
    retries: read(RETRIES),
    given: [...given.values()],
  };
}

function readSysctl(name: string, given: GivenSysctl | undefined, hostNetwork: boolean): Setting<number> {
  if (hostNetwork) {
    return {
      state: 'Unknown',
      name,
      cause: 'NodeSetting',
      reason: "The pod uses the node's network, and so the node's own value, which no manifest shows.",
      ...(given === undefined ? {} : { place: given.place }),
    };
  }
  if (given === undefined) {
    return {
      state: 'Defaulted',
      name,
      value: KERNEL_DEFAULTS.get(name) ?? 0,
      reason: "not set; the kernel's own value of a new network namespace",
      assumed: false,
    };
  }
  const text = given.text.trim();
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= (GREATEST.get(name) ?? 0)) {
    return { state: 'Known', name, value, text, place: given.place };
  }
  return {
    state: 'Unknown',
    name,
    cause: 'Malformed',
    reason: `Its value is not a number from 1 to ${GREATEST.get(name) ?? 0}.`,
    place: given.place,
  };
}

function ofSecurityContext(pod: PodReading): readonly GivenSysctl[] {
  return memberList(memberObject(pod.spec, 'securityContext'), 'sysctls', 200).flatMap((sysctl, index) => {
    const name = memberText(sysctl, 'name');
    if (name === undefined) return [];
    return [
      {
        name: name.replaceAll('/', '.'),
        text: memberText(sysctl, 'value') ?? '',
        place: placeIn(pod, `${pod.pointer}/securityContext/sysctls/${index}/value`),
        by: 'SecurityContext' as const,
      },
    ];
  });
}

/** `sysctl -w name=value …`, `sysctl name=value`, `sysctl -w name value`, or `echo value > /proc/sys/net/ipv4/…`. */
function ofCommand(command: RunCommand): readonly GivenSysctl[] {
  if (command.program === 'sysctl') return ofSysctlProgram(command);
  const path = command.redirectedTo;
  if (path === undefined || !path.startsWith('/proc/sys/')) return [];
  const value = command.words.at(-1);
  if (value === undefined || (command.program !== 'echo' && command.program !== 'printf')) return [];
  const name = path.slice('/proc/sys/'.length).replaceAll('/', '.');
  return [
    {
      name,
      text: value.text.replace(/\\n$/, ''),
      place: { ...value.place, within: name },
      by: 'Container',
    },
  ];
}

function ofSysctlProgram(command: RunCommand): readonly GivenSysctl[] {
  const place = command.words[0]?.place;
  if (place === undefined) return [];
  const words = command.words
    .slice(1, 200)
    .flatMap((word) => word.text.split('='))
    .map((word) => word.trim())
    .filter((word) => word !== '' && !word.startsWith('-'));
  return words.flatMap((word, index) => {
    if (!/^net[./]/.test(word)) return [];
    const name = word.replaceAll('/', '.');
    return [{ name, text: words[index + 1] ?? '', place: { ...place, within: name }, by: 'Container' }];
  });
}
