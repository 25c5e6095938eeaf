import { answerTo, challengeIn, isThisMachine } from './challenge.ts';
import { loginFor } from './login.ts';
import { type ImageReference, imageReference } from './reference.ts';

/** An image that nobody can move; or as it was, and why. */
export interface Pinned {
  readonly image: string;
  readonly note: string | null;
}

/** For one image; a deployment does not wait longer for what is only better to have. */
const REGISTRY_LIMIT_MS = 4000;

/** What a tag may stand for: one manifest, or one for each kind of machine. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

type Env = Readonly<Record<string, string | undefined>>;

/** `HOST/PATH:TAG` becomes `HOST/PATH:TAG@sha256:…`, as the registry answers now. */
export async function pinnedImage(image: string, env: Env): Promise<Pinned> {
  const reference = imageReference(image);
  if (reference.digest !== null) return { image, note: null };
  try {
    return { image: `${image}@${await digestOf(reference, env)}`, note: null };
  } catch (error) {
    const why = (error as Error).message;
    return { image, note: `${image} is deployed by its tag, which may be moved: ${why}` };
  }
}

async function digestOf({ host, path, tag }: ImageReference, env: Env): Promise<string> {
  if (host === null) throw new Error('it names no registry');
  const { hostname } = new URL(`https://${host}`);
  const scheme = isThisMachine(hostname) ? 'http' : 'https';
  const url = `${scheme}://${host}/v2/${path}/manifests/${encodeURIComponent(tag)}`;
  const signal = AbortSignal.timeout(REGISTRY_LIMIT_MS);
  const ask = (authorization: string | null) =>
    fetch(url, {
      method: 'HEAD',
      redirect: 'error',
      signal,
      headers: { accept: MANIFESTS, ...(authorization === null ? {} : { authorization }) },
    }).catch(() => {
      throw new Error(`the registry ${host} does not answer this machine`);
    });
  const first = await ask(null);
  const challenge =
    first.status === 401 ? challengeIn(first.headers.get('www-authenticate')) : null;
  const login = challenge && (await loginFor(host, env));
  const authorization = challenge && (await answerTo(challenge, login, signal).catch(() => null));
  const answer = authorization === null ? first : await ask(authorization);
  const digest = answer.headers.get('docker-content-digest') ?? '';
  if (answer.ok && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
  throw new Error(reasonOf(answer.status, host));
}

function reasonOf(status: number, host: string): string {
  if (status === 401 || status === 403)
    return `the registry ${host} requires a login, and this machine has none that it accepts`;
  if (status === 404) return `the registry ${host} does not have it`;
  return `the registry ${host} answers ${status}, and names no digest`;
}
