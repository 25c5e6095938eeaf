import type { Channel } from './messages.ts';

const CHANNEL_LOOK_INTERVAL_MS = 200;

/**
 * Calls back once, when the process at the other end is gone or has been gone before. The event alone
 * is not enough: Node never emits it when the other end dies before it acknowledged a socket sent to it.
 */
export function onChannelEnd(channel: Channel, act: () => void): void {
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    clearInterval(looks);
    act();
  };
  const looks = setInterval(() => channel.connected || end(), CHANNEL_LOOK_INTERVAL_MS);
  channel.on('disconnect', end);
  if (!channel.connected) end();
}
