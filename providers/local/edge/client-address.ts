import { BlockList, isIP } from 'node:net';
import type { Front } from '../edge-settings.ts';

/** Who is at the other end of a connection. */
export interface Origin {
  readonly address: string;
  readonly encrypted: boolean;
  /** Whether it may say on whose behalf it asks, and how that one came. */
  readonly trusted: boolean;
}

export type Trust = (address: string) => boolean;

/** An IPv4 address inside an IPv6 socket is that IPv4 address. */
export const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') ? address.slice(7) : address;

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** By default whoever runs on this machine; `false` is nobody, `true` everybody. */
export function trustOf(setting: Front['trustProxy']): Trust {
  if (typeof setting === 'boolean') return () => setting;
  const list = new BlockList();
  for (const entry of setting ?? LOOPBACK) {
    const [network = '', bits] = entry.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Who asked first: of the addresses that were passed on, the last that nobody vouches for. */
export function clientOf(
  { address, trusted }: Origin,
  chain: string | undefined,
  trust: Trust,
): string {
  if (!trusted || !chain) return plainAddress(address);
  const hops = chain.split(',').map((hop) => hop.trim());
  let client = plainAddress(address);
  for (const hop of hops.reverse()) {
    if (isIP(plainAddress(hop)) === 0) return client;
    client = plainAddress(hop);
    if (!trust(client)) return client;
  }
  return client;
}
