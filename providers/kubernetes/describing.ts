import type { Provider, Release, ReleaseRequest } from '../../src/contract/index.ts';
import { imageAlone, nothingToChange } from './errors.ts';
import { kubeSettingsIn } from './kept.ts';
import { broughtBy } from './manifests/index.ts';
import { type WithSecrets, withSecretCopies } from './manifests/secrets.ts';
import type { Template } from './objects.ts';
import { KubernetesProvider } from './provider.ts';
import { pinnedTemplate } from './registry/index.ts';
import { described } from './release.ts';
import type { KubernetesSettings } from './settings.ts';
import { templateOf, withImages } from './template.ts';
import { WORKLOADS } from './workloads.ts';

/** A provider of any kind of workload here. */
interface KubeDescribable extends Provider {
  note(notes: readonly string[]): void;
}

interface Describing extends Omit<ReleaseRequest, 'settings' | 'provider'> {
  readonly settings: KubernetesSettings;
  readonly provider: KubeDescribable;
  /** What users get now. */
  readonly live: Template;
}

/** What runs now with another image, or what manifests say; with images that nobody moves, and its Secrets. */
export async function describeRelease(request: ReleaseRequest): Promise<Release> {
  const provider = request.provider as KubeDescribable;
  const settings = kubeSettingsIn(request.settings);
  const { live, releases, owner } = await provider.observe();
  const base = releases.find(({ id }) => id === live)?.release;
  if (!base) throw nothingToChange(titleOf(settings), owner);
  const describing = { ...request, settings, provider, live: templateOf(base.spec) };
  const isPlain = settings.source === null && Object.keys(settings.secrets ?? {}).length === 0;
  if (isPlain)
    return described(request.version, await withFixedImages(describing.live, describing));
  if (!(provider instanceof KubernetesProvider)) throw imageAlone(titleOf(settings));
  return describeWhole(describing, provider);
}

async function describeWhole(request: Describing, provider: KubernetesProvider): Promise<Release> {
  const { version, settings, surroundings, live } = request;
  const { source, workload, namespace } = settings;
  const { template, contents } =
    source === null
      ? { template: live, contents: {} }
      : await broughtBy(source, { workload, namespace, ...surroundings });
  const fixed = await withFixedImages(template, request);
  const whole = await withItsSecrets(fixed, request);
  const completed = await provider.completed(whole.template);
  return described(version, completed, { contents, secrets: whole.secrets });
}

async function withFixedImages(
  template: Template,
  { settings, surroundings, provider, live }: Describing,
): Promise<Template> {
  const { image, container } = settings;
  const name = container ?? template.spec.containers[0]?.name ?? '';
  const imaged = image === null ? template : withImages(template, { [name]: image });
  const pinned = await pinnedTemplate(imaged, live, surroundings.env);
  provider.note(pinned.notes);
  return pinned.template;
}

async function withItsSecrets(
  template: Template,
  { settings, surroundings, provider, readSecret }: Describing,
): Promise<WithSecrets> {
  const { secrets = {}, workload } = settings;
  if (Object.keys(secrets).length === 0) return { template, secrets: {} };
  const salt = `${provider.identity.pins.namespace}/${workload}`;
  return withSecretCopies(template, secrets, { readSecret, folder: surroundings.folder, salt });
}

const titleOf = ({ driven, workload }: KubernetesSettings) =>
  `${WORKLOADS[driven ?? 'deployment'].title} ${workload}`;
