import { expect, test } from 'vitest';
import { Ledger } from './bed/ledger.ts';
import { useScene } from './bed/scene.ts';

/** What was before stays warm. */
const scene = useScene();

/** As on AWS: so that what was just read counts for a moment. */
const POLL = 'provider.aws-alb.poll=5s';

const golden = (name: string) => new URL(`../../../docs/aws/calls/${name}.txt`, import.meta.url);

async function told(args: { readonly deploy?: readonly string[]; readonly back?: true }) {
  const { bed, shop, stage } = scene;
  const ledger = new Ledger(bed, stage.network);
  const ended = args.back
    ? await shop.run('rollback', '--yes')
    : await shop.deploy(await stage.fleet('v2'), ...(args.deploy ?? [])).ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  return ledger;
}

test.each(['blue-green', 'canary', 'rolling'])(
  'every call of %s is the one that the guide shows',
  async (strategy) => {
    const ledger = await told({ deploy: ['--strategy', strategy] });
    await expect(`${ledger.told()}\n`).toMatchFileSnapshot(golden(strategy).pathname);
  },
);

test('a rollback to what is warm changes the weights after one look', async () => {
  await told({
    deploy: ['--strategy', 'blue-green', '--set', 'defaults.retire.after=next', '--set', POLL],
  });
  const ledger = await told({ back: true });
  const calls = ledger.before('ModifyListener');
  // What never changes, and one look; on a slow machine a second one, because what was read has grown old.
  expect(calls.filter((call) => call === 'DescribeRules').length).toBeLessThanOrEqual(2);
  expect(calls.filter((call) => call === 'DescribeTargetGroups')).toHaveLength(1);
  await expect(`${ledger.told()}\n`).toMatchFileSnapshot(golden('rollback').pathname);
});
