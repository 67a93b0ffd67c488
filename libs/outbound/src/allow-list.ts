import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

/** What an operator lets be fetched although it is not public: names of hosts, and ranges of addresses. */
export interface AllowList {
  readonly hosts: ReadonlySet<string>;
  readonly ranges: readonly [IPv4 | IPv6, number][];
}

export const allowNothing: AllowList = { hosts: new Set(), ranges: [] };

const HOST = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/**
 * Reads `wiki.internal,10.1.0.0/16,127.0.0.1`: exact names of hosts, addresses and CIDR ranges, with commas between.
 * @throws Error for a part that is none of these
 */
export function parseAllowList(text: string): AllowList {
  const hosts = new Set<string>();
  const ranges: [IPv4 | IPv6, number][] = [];
  for (const part of text.split(',').map((each) => each.trim().toLowerCase())) {
    if (part === '') continue;
    if (ipaddr.isValidCIDR(part)) ranges.push(ipaddr.parseCIDR(part));
    else if (isIpAddress(part)) {
      const address = ipaddr.parse(part);
      ranges.push([address, address.kind() === 'ipv4' ? 32 : 128]);
    } else if (HOST.test(part)) hosts.add(part);
    else throw new Error(`${part} is no host, address or CIDR range`);
  }
  return { hosts, ranges };
}

/** Whether `parseAllowList` can read it. */
export function isAllowList(text: string): boolean {
  try {
    parseAllowList(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the text is an address in the usual notation; `ipaddr.js` would take `1` for one as well. */
const isIpAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

/** Every IPv6 address of the public internet is one of these; what IANA has not given out is nobody's. */
const GLOBAL_IPV6 = ipaddr.IPv6.parse('2000::');

/**
 * Whether the address belongs to the public internet. Everything else is refused by what it is and not by a list of
 * bad ones: private, loopback, link-local (where clouds keep their metadata), carrier-grade NAT, multicast, reserved,
 * and IPv6 forms that carry an IPv4 address.
 */
function isPublic(address: IPv4 | IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  return !(address instanceof ipaddr.IPv6) || address.match(GLOBAL_IPV6, 3);
}

/** Whether the operator has allowed this host by its name or this address by a range. */
export const isAllowed = ({ hosts, ranges }: AllowList, host: string, address: string): boolean => {
  const parsed = ipaddr.parse(address);
  return (
    hosts.has(host.toLowerCase()) ||
    ranges.some((range) => range[0].kind() === parsed.kind() && parsed.match(range))
  );
};

/** Whether anything at this address may be asked: it is public, or the operator has allowed it. */
export const mayAsk = (list: AllowList, host: string, address: string): boolean =>
  isPublic(ipaddr.parse(address)) || isAllowed(list, host, address);
