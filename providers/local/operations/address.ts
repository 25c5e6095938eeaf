import { type Desired, wantsNothing } from '../home/desired.ts';
import type { Address } from '../home/messages.ts';

/**
 * Where the edge listens after this: it stays where it is while somebody may be served there, also for
 * a release of before that was recorded with another port. What a config wants is refused earlier.
 */
export function addressAfter(desired: Desired, { host, port, metricsPort }: Address): Address {
  const wanted = { host, port, metricsPort };
  const running = desired.edge;
  if (!running) return wanted;
  return wantsNothing(desired) && moveBetween(running, wanted) ? wanted : running;
}

/** Why a release that wants this address cannot be started beside those that run; null when it can. */
export function whyNotThere(desired: Desired, wanted: Address): string | null {
  if (!desired.edge || wantsNothing(desired)) return null;
  const move = moveBetween(desired.edge, wanted);
  return move && moveRefused(move);
}

interface AddressMove {
  readonly setting: string;
  readonly from: string | number;
  readonly to: string | number;
}

function moveBetween(running: Address, wanted: Address): AddressMove | null {
  const setting = (['host', 'port', 'metricsPort'] as const).find(
    (name) => wanted[name] !== 0 && wanted[name] !== running[name],
  );
  return setting
    ? { setting: `edge.${setting}`, from: running[setting], to: wanted[setting] }
    : null;
}

const moveRefused = ({ setting, from, to }: AddressMove) =>
  `the proxy serves with ${setting} ${from} and cannot move to ${to} without an outage; a rollback stays there. Keep ${setting} ${from} here; or deploy this config under another \`service\` name as well, send your users there, and only then end this one with \`deployctl down\``;
