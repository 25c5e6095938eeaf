import { EXIT, type ExitCode, type Store, type Target } from '../../contract/index.ts';
import { listDeployments, listTargets } from '../../engine/index.ts';
import { displaySafe } from '../../lib/display-safe.ts';
import { type Command, type Input, TARGET_OPTIONS, textOption } from '../shell/command.ts';
import { whereabouts } from '../target/config-summary.ts';
import { openStore } from '../target/open-store.ts';

/** Per service: a person who types an id means a recent one. */
const RECENT = 20;

export const command: Command = {
  arguments: '[word]',
  description: 'Names that begin with a word, for completion scripts.',
  options: [
    ...TARGET_OPTIONS,
    {
      flags: '--of <kind>',
      description: 'what is looked for',
      choices: ['deployments', 'releases', 'services'],
    },
  ],
  examples: [['deployctl __complete k3', 'id and version, one per line']],
  run: complete,
};

/** A word that may be meant, and what it is. */
type Suggestion = readonly [word: string, about: string];

/** Says nothing rather than something wrong: nobody reads an error while typing. */
async function complete(input: Input): Promise<ExitCode> {
  const [word = ''] = input.args;
  const kind = textOption(input.options, 'of') ?? 'deployments';
  try {
    const composition = await input.compose();
    const here = await whereabouts(input, composition).catch(() => null);
    const store = await openStore(input, composition, here);
    const targets = await listTargets(store);
    const meant = meantOf(input, targets, here?.config.service ?? null);
    const found =
      kind === 'services'
        ? servicesOf(targets)
        : await (LOOK_UPS[kind] ?? deploymentsOf)(store, meant);
    const fitting = new Map(found.filter(([own]) => own.startsWith(word)));
    for (const [own, about] of fitting)
      input.io.stdout.write(`${displaySafe(own)}\t${displaySafe(about)}\n`);
  } catch {
    // Completion without suggestions.
  }
  return EXIT.done;
}

/** Those of the service that is named, or else of the one here; of all where neither is known. */
function meantOf(
  { options }: Input,
  targets: readonly Target[],
  here: string | null,
): readonly Target[] {
  const service = textOption(options, 'service') ?? here;
  const environment = textOption(options, 'env');
  const own = targets.filter((one) => service === null || one.service === service);
  const narrow = own.filter((one) => environment === undefined || one.environment === environment);
  return narrow.length > 0 ? narrow : targets;
}

function servicesOf(targets: readonly Target[]): readonly Suggestion[] {
  return targets.map(({ service, identity }) => [service, identity.label]);
}

type LookUp = (store: Store, targets: readonly Target[]) => Promise<readonly Suggestion[]>;

const deploymentsOf: LookUp = async (store, targets) => {
  const found: Suggestion[] = [];
  for (const { id } of targets) {
    let left = RECENT;
    for await (const { first } of listDeployments({ store, target: id })) {
      if (first.body.kind !== 'opened' || left-- === 0) break;
      const { strategy, release, target } = first.body.plan;
      found.push([first.deployment, `${strategy} of ${release.version} to ${target.service}`]);
    }
  }
  return found;
};

/** What one can go back to: versions that were live, then the deployments that brought them. */
const releasesOf: LookUp = async (store, targets) => {
  const versions: Suggestion[] = [];
  const ids: Suggestion[] = [];
  for (const { id } of targets) {
    let left = RECENT;
    for await (const { first, last } of listDeployments({ store, target: id })) {
      if (first.body.kind !== 'opened' || left-- === 0) break;
      const { release, target } = first.body.plan;
      if (last.body.kind !== 'ended' || last.body.result !== 'succeeded') continue;
      versions.push([release.version, `of ${target.service}, by ${first.deployment}`]);
      ids.push([first.deployment, `${release.version} of ${target.service}`]);
    }
  }
  return [...versions, ...ids];
};

const LOOK_UPS: Readonly<Record<string, LookUp>> = {
  deployments: deploymentsOf,
  releases: releasesOf,
};
