import { EXIT, type ExitCode } from '../../contract/index.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { makePlan } from '../plans/make-plan.ts';
import {
  CONFIG_OPTIONS,
  type Command,
  type Input,
  OUTPUT_OPTION,
  STORE_OPTION,
  textOption,
  VIA_OPTION,
  wantsJson,
} from '../shell/command.ts';
import { outputWidthOf, wantsColor } from '../shell/io.ts';
import { realWorld } from '../shell/run-world.ts';
import { typedAgain } from '../shell/typed-again.ts';
import { openStore } from '../target/open-store.ts';
import { openConfigured } from '../target/place.ts';

export const command: Command = {
  arguments: '[version]',
  description:
    'Show what a deployment would do, and its cost in time and exposure; nothing is changed.',
  options: [
    ...CONFIG_OPTIONS,
    STORE_OPTION,
    VIA_OPTION,
    OUTPUT_OPTION,
    { flags: '--out <file>', description: 'save the plan for `deploy --plan`' },
  ],
  page: 'ci.md',
  examples: [
    ['deployctl plan', 'as a table'],
    ['deployctl plan --release v42 --out plan.json', 'to review it before it is deployed'],
    ['deployctl plan --output json', 'as JSON'],
  ],
  shows: true,
  run: plan,
};

async function plan(input: Input): Promise<ExitCode> {
  const { io, options } = input;
  const composition = await input.compose();
  const place = await openConfigured(input, composition);
  const store = await openStore(input, composition, place);
  const { workspace, provider } = place;
  const parts = { workspace, provider, store, emit: () => {} };
  try {
    const world = await realWorld(io, composition, parts);
    const made = await makePlan({ world, composition }, place);
    if (!made) {
      io.stderr.write(`${place.config.release} is already live: nothing to do.\n`);
      return EXIT.done;
    }
    const json = `${JSON.stringify(made, null, 2)}\n`;
    const out = textOption(options, 'out');
    if (out) await io.writeFile(out, json);
    const look = { columns: outputWidthOf(io.stdout), color: wantsColor(io, io.stdout) };
    io.stdout.write(wantsJson(input) ? json : `${await composition.renderPlan(made, look)}\n`);
    const run = typedAgain(input, `deployctl deploy --plan ${shellWord(out ?? '')}`);
    if (out) io.stderr.write(`Saved. To run exactly this: ${run}\n`);
    return EXIT.done;
  } finally {
    await provider.close();
  }
}
