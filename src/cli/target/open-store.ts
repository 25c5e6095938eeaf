import type { Store } from '../../contract/index.ts';
import { type Input, textOption } from '../shell/command.ts';
import type { Composition, Opened } from '../shell/composition.ts';
import type { Whereabouts } from './config-summary.ts';
import { viaGiven } from './via.ts';

/** What --store names, else what the config says, else the best that its provider has, else the user's own folder. */
export async function openStore(
  input: Input,
  composition: Composition,
  here: Opened<Whereabouts> | null,
): Promise<Store> {
  const { workspace } = here ?? { workspace: composition.bare };
  return workspace.store(await storeNamed(input, here), viaGiven(input));
}

export async function storeNamed(
  input: Input,
  here: Opened<Whereabouts> | null,
): Promise<string | null> {
  const named = textOption(input.options, 'store') ?? here?.config.store;
  return named ?? (here && (await storeOf(input, here)));
}

async function storeOf(
  { io }: Input,
  { config, workspace }: Opened<Whereabouts>,
): Promise<string | null> {
  const { service, environment, folder } = config;
  const { name, settings } = config.provider;
  const kind = await workspace.provider(name);
  if (!kind.store) return null;
  return kind.store(kind.connection(settings, { service, environment, folder, env: io.env }));
}
