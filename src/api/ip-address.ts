/** An address as its bytes: 4 for IPv4, 16 for IPv6. */
type AddressBytes = readonly number[];

/** A network: the address as written (host bits are not cleared) and how many leading bits count. */
export interface Cidr {
  readonly bytes: AddressBytes;
  readonly prefixLength: number;
}

/** Longest text of an IPv6 network: eight groups, or six and a dotted quad, with `/128`. */
export const CIDR_MAX_LENGTH = 49;

/**
 * Reads an IPv4 address in four decimal parts without leading zeros, or an IPv6 address (RFC 4291 §2.2).
 * Zones are refused. Undefined for anything else.
 */
export function parseIpAddress(text: string): AddressBytes | undefined {
  if (text.length > CIDR_MAX_LENGTH) return undefined;
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/**
 * Reads a network such as `10.20.0.0/16`. Accepts what the API server's `isCIDR()` accepts: no zone, no leading
 * zeros, no IPv4 address in IPv6 clothes (`::ffff:10.0.0.0/104`).
 */
export function parseCidr(text: string): Cidr | undefined {
  if (text.length > CIDR_MAX_LENGTH) return undefined;
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const bytes = parseIpAddress(text.slice(0, slash));
  const prefixLength = parseDecimal(text.slice(slash + 1), 3);
  if (bytes === undefined || prefixLength === undefined) return undefined;
  if (prefixLength > bytes.length * 8 || isMappedIpv4(bytes)) return undefined;
  return { bytes, prefixLength };
}

/** Whether the address lies in the network. An IPv4 address mapped into IPv6 counts as the IPv4 address it is. */
export function cidrContains(cidr: Cidr, address: AddressBytes): boolean {
  const candidate = isMappedIpv4(address) ? address.slice(12) : address;
  if (candidate.length !== cidr.bytes.length) return false;
  return candidate.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, cidr.prefixLength - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((cidr.bytes[index] ?? 0) & mask);
  });
}

function isMappedIpv4(bytes: AddressBytes): boolean {
  if (bytes.length !== 16) return false;
  return bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

function parseDecimal(text: string, maxDigits: number): number | undefined {
  if (text.length > maxDigits || !/^(0|[1-9][0-9]*)$/.test(text)) return undefined;
  return Number(text);
}

function parseIpv4(text: string): AddressBytes | undefined {
  const parts = text.split('.').map((part) => parseDecimal(part, 3));
  if (parts.length !== 4) return undefined;
  const bytes = parts.filter((part) => part !== undefined && part <= 255) as number[];
  return bytes.length === 4 ? bytes : undefined;
}

function parseIpv6(text: string): AddressBytes | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : undefined;
  // `::` stands for at least one group.
  if (missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const last = index === groups.length - 1;
    const read = last && mayEndInIpv4 && group.includes('.') ? parseIpv4(group) : parseGroup(group);
    if (read === undefined) return undefined;
    bytes.push(...read);
  }
  return bytes;
}

function parseGroup(text: string): AddressBytes | undefined {
  if (!/^[0-9a-fA-F]{1,4}$/.test(text)) return undefined;
  const value = Number.parseInt(text, 16);
  return [value >> 8, value & 0xff];
}
