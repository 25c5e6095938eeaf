import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubernetesProvider } from '../../../providers/kubernetes/index.ts';
import { MARK } from '../../../providers/kubernetes/marks.ts';
import { meansOf, sending } from '../../helpers/calls.ts';
import { hasOpenssl, newPair, type Pair } from '../local/edge/certificates.ts';
import { home, pods, release } from './sights.ts';

/** Ms without a further call after which all that were made are answered: what waits for an answer comes later. */
const QUIET_MS = 120;

const v1 = release('v1');
const { deployment } = home({ replicas: 2, wants: v1, runs: [[v1, pods(2)]] });
const service = { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [] } };

/** As much of a cluster as a workload takes; null where there is none. */
function answered(path: string, method: string): object | null {
  if (path.endsWith('/namespaces/shop')) return { metadata: { name: 'shop', uid: 'one' } };
  if (path.endsWith('/services/web')) return service;
  if (/(rollouts|canaries)$/.test(path)) return null;
  if (!path.endsWith('/deployments/web')) return { items: [], metadata: {} };
  if (method !== 'PATCH') return deployment;
  const annotations = { [MARK.fence]: '7', [MARK.live]: v1.id };
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}

/** Answers in rounds. */
class Paced {
  rounds = 0;
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly server;

  constructor({ cert, key }: Pair) {
    this.server = createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) });
    this.server.on('stream', (stream, headers) => {
      const [path = ''] = String(headers[':path']).split('?');
      this.#waiting.push(() => say(stream, answered(path, String(headers[':method']))));
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#answer(), QUIET_MS);
    });
  }

  #answer(): void {
    this.rounds += 1;
    for (const one of this.#waiting.splice(0)) one();
  }
}

function say(stream: ServerHttp2Stream, body: object | null): void {
  stream.respond({ ':status': body ? 200 : 404 });
  stream.end(JSON.stringify(body ?? { kind: 'Status', code: 404, reason: 'NotFound' }));
}

describe.skipIf(!hasOpenssl)('calls to a cluster that wait for each other', () => {
  const pair = hasOpenssl ? newPair() : null;
  const paced = pair && new Paced(pair);

  beforeAll(
    () => new Promise<void>((resolve) => paced?.server.listen(0, '127.0.0.1', () => resolve())),
  );
  afterAll(async () => {
    paced?.server.close();
    if (pair) await rm(pair.folder, { recursive: true });
  });

  test('are one to open a place, one to look at it, and one for each change', async () => {
    if (!paced || !pair) throw new Error('no certificate');
    const { port } = paced.server.address() as AddressInfo;
    const KUBECONFIG = `${pair.folder}/kubeconfig`;
    const authority = readFileSync(pair.cert).toString('base64');
    writeFileSync(
      KUBECONFIG,
      `current-context: one
contexts:
- name: one
  context:
    cluster: one
    user: me
clusters:
- name: one
  cluster:
    server: https://localhost:${port}
    certificate-authority-data: ${authority}
users:
- name: me
  user:
    token: none
`,
    );
    const place = { namespace: 'shop', workload: 'web', service: 'web' };
    const recorded = { ...place, router: { kind: 'service' }, url: null, propagation: 0 };
    const opening = paced.rounds;
    const provider = await kubernetesProvider.open(recorded, meansOf({ KUBECONFIG }));
    expect(paced.rounds - opening).toBe(1);
    const looking = paced.rounds;
    const { live } = await provider.observe();
    expect(paced.rounds - looking).toBe(1);
    const acting = paced.rounds;
    await provider.apply({ kind: 'promote', release: live ?? '' }, sending('d1/01', { fence: 7 }));
    // The claim, which wrote all that was to be done; and a look where the last one has grown old by then.
    expect(paced.rounds - acting).toBeLessThanOrEqual(2);
    await provider.close();
  });
});
