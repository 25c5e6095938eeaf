import type { Template } from '../objects.ts';
import { pinnedImage } from './digest.ts';

export interface PinnedTemplate {
  readonly template: Template;
  readonly notes: readonly string[];
}

/** Fixes the images that a release brings; what runs already is left as it is written there. */
export async function pinnedTemplate(
  template: Template,
  live: Template | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<PinnedTemplate> {
  const running = new Set(imagesIn(live));
  const brought = [...new Set(imagesIn(template))].filter((image) => !running.has(image));
  const found = await Promise.all(
    brought.map(async (image) => [image, await pinnedImage(image, env)] as const),
  );
  const fixed = new Map(found.map(([image, pinned]) => [image, pinned.image]));
  const notes = found.flatMap(([, { note }]) => note ?? []);
  return { template: withFixed(template, fixed), notes };
}

const LISTS = ['initContainers', 'containers'] as const;

const listedContainers = (template: Template, list: (typeof LISTS)[number]) =>
  (template.spec[list] ?? []) as Template['spec']['containers'];

const imagesIn = (template: Template | null): readonly string[] =>
  template === null
    ? []
    : LISTS.flatMap((list) => listedContainers(template, list).map(({ image }) => image));

function withFixed(template: Template, fixed: ReadonlyMap<string, string>): Template {
  const changed = LISTS.filter((list) => template.spec[list] !== undefined).map((list) => [
    list,
    listedContainers(template, list).map((one) => ({
      ...one,
      image: fixed.get(one.image) ?? one.image,
    })),
  ]);
  return { ...template, spec: { ...template.spec, ...Object.fromEntries(changed) } };
}
