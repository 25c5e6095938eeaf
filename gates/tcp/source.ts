import { once } from 'node:events';
import { connect } from 'node:net';
import type { GateSource, SourceMeans } from '../../src/contract/index.ts';
import { unread, yes } from '../kit/reading.ts';
import { unserved } from '../kit/trouble.ts';
import type { TcpSettings } from './settings.ts';

interface TcpPlace {
  readonly host: string;
  readonly port: number;
}

/** Does it take a connection? */
export function createTcpSource({ clock }: Pick<SourceMeans, 'clock'>): GateSource<TcpSettings> {
  return {
    async measure({ settings, reach, signal }) {
      try {
        const place = tcpPlaceOf(
          settings,
          settings.host === null || settings.port === null ? await reach() : null,
        );
        if (!place) return unread('sourceError', `no host and port to connect to`);
        const began = clock.monotonic();
        await openTcp(place, signal);
        return yes(`connected in ${Math.ceil(clock.monotonic() - began)} ms`);
      } catch (error) {
        return unserved(error, signal);
      }
    },
  };
}

async function openTcp(place: TcpPlace, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const socket = connect(place);
  try {
    await once(socket, 'connect', { signal });
  } finally {
    socket.destroy();
  }
}

function tcpPlaceOf(
  { host, port }: TcpSettings,
  way: { readonly url: string } | null,
): TcpPlace | null {
  const url = way && new URL(way.url);
  const place = {
    host: host ?? url?.hostname.replace(/^\[|\]$/g, '') ?? '',
    port: port ?? portOf(url),
  };
  return place.host && place.port ? place : null;
}

function portOf(url: URL | null): number {
  if (!url) return 0;
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}
