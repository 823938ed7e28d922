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
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  local.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  local.addSubnet(net, bits, 'ipv6');
}

/** A host turned out to be on this machine or in its network. */
export class LocalAddress extends Error {}

/**
 * @param host as `URL.hostname` gives it.
 * @returns whether it is written as an address of this machine or its network; false for a name.
 */
export function isLocalLiteral(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 && isLocal(bare);
}

/**
 * Looks a name up for a connection and refuses it when any of its addresses is local. Done where the connection
 * is made, so that a name cannot answer with one address to the check and with another to the call.
 */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error) done(error, []);
    else if (!first || addresses.some(({ address }) => isLocal(address))) done(new LocalAddress(host), []);
    else if (options.all) done(null, addresses);
    else done(null, first.address, first.family);
  });
};

function isLocal(address: string): boolean {
  return local.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
