import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import {
  type Cluster,
  type KubeconfigDoor,
  openCluster,
} from '../../../src/clients/kubernetes/index.ts';
import type { Pair } from '../../providers/local/edge/certificates.ts';

/** What all of them ask for. */
export const web = { kind: 'deployments', namespace: 'shop', name: 'web' } as const;

export const keysOf = ({ cert, key }: Pair) => ({
  cert: readFileSync(cert),
  key: readFileSync(key),
});

interface OpenedBy {
  readonly user?: KubeconfigDoor['user'];
  readonly cluster?: Partial<KubeconfigDoor['cluster']>;
}

export async function opened(
  server: Server,
  { cert }: Pair,
  { user = { token: 't' }, cluster = {} }: OpenedBy = {},
): Promise<Cluster> {
  await new Promise<void>((resolve) =>
    server.listening ? resolve() : void server.listen(0, '127.0.0.1', resolve),
  );
  const { port } = server.address() as AddressInfo;
  return openCluster(
    {
      context: 'test',
      cluster: {
        server: `https://localhost:${port}`,
        'certificate-authority-data': readFileSync(cert).toString('base64'),
        ...cluster,
      },
      user,
      namespace: null,
      all: { clusters: [], users: [], contexts: [], current: null },
    },
    [],
  );
}
