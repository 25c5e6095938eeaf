import type { Access, Reach } from '../../../src/contract/index.ts';
import type { LocalConnection } from '../settings.ts';
import { statusOf } from './control-client.ts';
import { logs } from './logs.ts';
import { plainAddressOf } from './observation.ts';

/** A release alone is reached at its first ready replica, the service at its edge. */
export function accessOf(connection: LocalConnection): Access {
  return {
    reach: async (release) => {
      const status = await statusOf(connection.home);
      if (!status) return null;
      if (release === null) return directly(plainAddressOf(status.edge));
      const ready = status.replicas.find(
        (replica) => replica.release === release && replica.state === 'ready',
      );
      return directly(ready ? `http://127.0.0.1:${ready.port}` : null);
    },
    logs: async (release, { lines, signal }) => {
      const said: string[] = [];
      const hear = ({ replica, text }: { replica: number; text: string }) =>
        said.push(`replica ${replica}: ${text}`);
      await logs({ ...connection }, { release, lines, follow: false, signal }, hear);
      return said.slice(-lines);
    },
  };
}

function directly(url: string | null): Reach | null {
  return url === null ? null : { url, headers: {}, close: async () => {} };
}
