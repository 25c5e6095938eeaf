import { EXIT, type ExitCode } from '../../contract/index.ts';
import { listDeployments, listTargets } from '../../engine/index.ts';
import { displaySafe } from '../../lib/display-safe.ts';
import { type Command, type Input, TARGET_OPTIONS } from '../shell/command.ts';
import { whereabouts } from '../target/config-summary.ts';
import { openStore } from '../target/open-store.ts';

/** Per service: a person who types an id means a recent one. */
const RECENT = 20;

export const command: Command = {
  arguments: '[word]',
  description: 'Deployments whose id begins with a word, for completion scripts.',
  options: TARGET_OPTIONS,
  examples: [['deployctl __complete k3', 'id and version, one per line']],
  run: complete,
};

/** Says nothing rather than something wrong: nobody reads an error while typing. */
async function complete(input: Input): Promise<ExitCode> {
  const [word = ''] = input.args;
  try {
    const composition = await input.compose();
    const here = await whereabouts(input, composition).catch(() => null);
    const store = await openStore(input, composition, here);
    for (const { id } of await listTargets(store)) {
      let left = RECENT;
      for await (const { first } of listDeployments({ store, target: id })) {
        if (first.body.kind !== 'opened' || left-- === 0) break;
        const { strategy, release, target } = first.body.plan;
        if (!first.deployment.startsWith(word)) continue;
        const about = `${strategy} of ${release.version} to ${target.service}`;
        input.io.stdout.write(`${first.deployment}\t${displaySafe(about)}\n`);
      }
    }
  } catch {
    // Completion without suggestions.
  }
  return EXIT.done;
}
