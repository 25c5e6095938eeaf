import type { Access, Match, ReleaseId } from '../../src/contract/index.ts';
import { matchOf, podsOf, splitOf } from './observation.ts';
import { isReady, isUp, type KubeGround, look, type Sight } from './sight.ts';

/** Gates and people reach pods through the API server, from wherever this runs. */
export function kubeAccessTo(
  ground: KubeGround,
  see: (ground: KubeGround, signal?: AbortSignal) => Promise<Sight> = look,
): Access {
  return {
    reach: async (release, signal) => {
      const { url } = ground.connection;
      if (release === null && url !== null) return { url, headers: {}, close: async () => {} };
      const sight = await see(ground, signal);
      const wanted = release ?? mostServed(sight);
      const match = matchOf(sight);
      if (url !== null && match && match.release === wanted)
        return { url, headers: askingBy(match), close: async () => {} };
      const pod = wanted === null ? undefined : podsOf(sight, wanted).find(isReady);
      const port = pod && kubePortOf(pod, sight.service?.spec.ports?.[0]?.targetPort);
      if (!pod || port === undefined) return null;
      const { openTunnel } = await import('./tunnel.ts');
      return openTunnel(ground, { pod: pod.metadata.name, port }, signal);
    },
    logs: async (release, { lines, signal }) => {
      const pods = podsOf(await see(ground, signal), release).filter(isUp);
      const all = await Promise.all(
        pods
          .slice(0, PODS)
          .map((pod) => kubeTail(ground, { name: pod.metadata.name, lines, signal })),
      );
      return all.flat();
    },
  };
}

/** What a request must bring so that the router sends it there. */
const askingBy = ({ header, cookie }: Match): Readonly<Record<string, string>> => {
  if (header) return { [header.name]: header.value };
  return cookie ? { cookie: `${cookie.name}=${cookie.value}` } : {};
};

/** Without an address for users, a pod of what they get stands for the service. */
function mostServed(sight: Sight): ReleaseId | null {
  const [most] = Object.entries(splitOf(sight) ?? {}).sort(([, one], [, other]) => other - one);
  return most?.[0] ?? null;
}

const PODS = 3;
const LAST_WORDS = 20;

interface Tail {
  readonly name: string;
  readonly lines: number;
  readonly previous?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What cannot be read is no reason to fail: the pod may be gone. */
async function kubeTail(
  { cluster, connection }: KubeGround,
  { name, lines, previous, signal }: Tail,
) {
  const place = { kind: 'pods', namespace: connection.namespace, name, part: 'log' } as const;
  const query = { tailLines: String(lines), ...(previous ? { previous: 'true' } : {}) };
  const text = await cluster.text(place, query, { signal }).catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => `${name}: ${line}`);
}

/** Of a pod that failed: those of the run before, when it is between two crashes. */
export async function lastWords(
  ground: KubeGround,
  { name, hasCrashed }: { readonly name: string; readonly hasCrashed: boolean },
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const ask = { name, lines: LAST_WORDS, signal };
  const before = hasCrashed ? await kubeTail(ground, { ...ask, previous: true }) : [];
  return before.length > 0 ? before : kubeTail(ground, ask);
}

/** A target port may be the name of one of the pod's. */
function kubePortOf(
  { spec }: ReturnType<typeof podsOf>[number],
  target: number | string | undefined,
): number | undefined {
  if (typeof target === 'number') return target;
  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  return (ports.find(({ name }) => name === target) ?? ports[0])?.containerPort;
}
