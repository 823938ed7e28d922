import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const local = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  // Azure's own services, at an address that looks public.
  ['168.63.129.16', 32],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  local.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  // An IPv4 address in the old way of writing it in IPv6, `::` and `::1` among them.
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  local.addSubnet(net, bits, 'ipv6');
}

/** What nobody names on purpose: addresses of no machine, of many, and those where clouds keep credentials. */
const never = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  never.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 128],
  ['fd00:ec2::', 32],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  never.addSubnet(net, bits, 'ipv6');
}

/** A host turned out to be on this machine or in its network. */
export class LocalAddress extends Error {}

/**
 * @param host as `URL.hostname` gives it.
 * @returns whether it is written as an address of this machine or its network; false for a name.
 */
export function isLocalLiteral(host: string): boolean {
  return isListed(local, host);
}

/** @returns whether a host is written as an address that is never called, however openly it is named. */
export function isNeverCalled(host: string): boolean {
  return isListed(never, host);
}

/** @returns whether a host says openly that it is on this machine or in its network. */
export function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || isLocalLiteral(host);
}

/**
 * Looks a name up for a connection and refuses it when any of its addresses is local. Done where the connection
 * is made, so that a name cannot answer with one address to the check and with another to the call.
 */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error) done(error, []);
    else if (!first || addresses.some(({ address }) => isLocalLiteral(address)))
      done(new LocalAddress(host), []);
    else if (options.all) done(null, addresses);
    else done(null, first.address, first.family);
  });
};

/** @param host an address, also in the brackets of a URL; false for a name. */
function isListed(list: BlockList, host: string): boolean {
  const bare = host.replace(/^\[|\]$|%.*$/g, '');
  const version = isIP(bare);
  return version !== 0 && list.check(bare, version === 6 ? 'ipv6' : 'ipv4');
}
