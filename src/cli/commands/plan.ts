import { EXIT, type ExitCode } from '../../contract/index.ts';
import { type Command, CONFIG_OPTIONS, type Input, OUTPUT_OPTION, STORE_OPTION, text } from '../command.ts';
import { wantsColor } from '../io.ts';
import { makePlan } from '../making.ts';
import { realWorld } from '../run-world.ts';
import { openConfigured, openStore } from '../target.ts';

export const command: Command = {
  description: 'Show what a deployment would do, and what it would cost, without touching anything.',
  options: [...CONFIG_OPTIONS, STORE_OPTION, OUTPUT_OPTION, { flags: '--out <file>', description: 'save the plan for `deploy --plan`' }],
  examples: [
    ['deployctl plan', 'as a table'],
    ['deployctl plan --release v42 --out plan.json', 'to be reviewed, then run by `deployctl deploy --plan plan.json`'],
    ['deployctl plan --output json', 'as JSON'],
  ],
  run: plan,
};

async function plan(input: Input): Promise<ExitCode> {
  const { io, options } = input;
  const composition = await input.compose();
  const place = await openConfigured(input, composition);
  const store = await openStore(input, composition, place.config);
  const world = realWorld(io, composition, { provider: place.provider, store, emit: () => {} });
  try {
    const made = await makePlan(world, composition, place);
    if (!made) io.stderr.write(`${place.config.release} is live already: nothing to do.\n`);
    if (!made) return EXIT.done;
    const out = text(options, 'out');
    const json = `${JSON.stringify(made, null, 2)}\n`;
    if (out) await io.writeFile(out, json);
    const columns = io.stdout.columns ?? 100;
    const table = () => composition.renderPlan(made, { columns, color: wantsColor(io, io.stdout) });
    io.stdout.write(options.output === 'json' ? json : `${await table()}\n`);
    if (out) io.stderr.write(`Saved. Run exactly this plan with: deployctl deploy --plan ${out}\n`);
    return EXIT.done;
  } finally {
    await place.provider.close();
  }
}
