import type { Plan } from '../../contract/index.ts';
import { hashOf } from '../../lib/canonical.ts';
import { type Input, textOption } from '../shell/command.ts';
import { openPlace } from '../target/place.ts';
import { makePlan, type Planner } from './make-plan.ts';

/** Parts of a plan that say what is run, and what a person would call them. */
const PARTS = {
  release: 'the release',
  steps: 'the steps',
  gates: 'the gates',
  provider: 'the provider',
  folder: 'the folder that commands run in',
} as const;

interface Saved {
  readonly file: string;
  readonly plan: Plan;
}

/**
 * The hash of a plan says that it is whole, not who made it: anybody who can write the file can make
 * another. So it is held against what the config here makes of the same version, where there is one
 * that runs no code of its own.
 */
export async function warnOfOrigin(
  input: Input,
  planner: Planner,
  { file, plan }: Saved,
): Promise<void> {
  const made = await planned(input, planner, plan).catch(() => null);
  if (!made) return;
  const parts = Object.entries(PARTS) as [keyof typeof PARTS, string][];
  const others = parts.filter(([part]) => hashOf(made[part]) !== hashOf(plan[part]));
  if (others.length === 0) return;
  const version = plan.release.version;
  input.io.stderr.write(
    `warning: ${file} is not the plan that the config here makes for ${version} now: it differs in ${others.map(([, name]) => name).join(', ')}. ` +
      'The config or the flags were different when the plan was made, or the file was changed.\n',
  );
}

async function planned(
  input: Input,
  planner: Planner,
  { release, strategy, target }: Plan,
): Promise<Plan | null> {
  const { composition } = planner;
  const named = textOption(input.options, 'config');
  const place = {
    ...(named === undefined ? {} : { file: named }),
    ...(target.environment === null ? {} : { environment: target.environment }),
  };
  if ((await composition.locate(place)).config.plugins.length > 0) return null;
  const found = await composition.loadConfig({ ...place, release: release.version, strategy });
  const opened = await openPlace(input, composition, found);
  try {
    return await makePlan(planner, { config: found.config, ...opened });
  } finally {
    await opened.provider.close();
  }
}
