import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Plan } from '../../../src/contract/index.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import { CliFixture, memoryConfig } from '../../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

let count = 0;
const config = (more = '') =>
  memoryConfig(
    `origin-${count}`,
    `canary: { duration: 0s, bake: 0s, stages: [10%, 100%] }\n${more}`,
  );

async function save(): Promise<void> {
  count += 1;
  fixture.write('deploy.config.yaml', config());
  // A first deployment has no stages.
  expect((await fixture.run('deploy --release v0')).code).toBe(0);
  expect((await fixture.run('plan --release v1 --out plan.json')).code).toBe(0);
}

/** As whoever can write the file can: with a hash that fits. */
function edit(change: (plan: Plan) => object): void {
  const { hash: _, ...plan } = change(
    JSON.parse(readFileSync(join(fixture.folder, 'plan.json'), 'utf8')),
  ) as Plan;
  fixture.write('plan.json', JSON.stringify({ ...plan, hash: hashOf(plan) }));
}

test('a saved plan that the config here makes is run without a word', async () => {
  await save();
  const { code, stderr } = await fixture.run('deploy --plan plan.json');
  expect([code, stderr]).toEqual([0, '']);
});

test('one with other steps and a hash that fits is told to be another', async () => {
  await save();
  edit((plan) => ({
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, title: `${step.title}, or so` })),
  }));
  const { stderr } = await fixture.run('deploy --plan plan.json');
  expect(stderr).toContain(
    'warning: plan.json is not the plan that the config here makes for v1 now: it differs in the steps.',
  );
});

test('one of another config is told to be another, and run', async () => {
  await save();
  fixture.write('deploy.config.yaml', config().replace('10%', '20%'));
  const { code, stderr } = await fixture.run('deploy --plan plan.json');
  expect(stderr).toContain('it differs in the steps');
  expect(code).toBe(0);
});

test('one with a hash that does not fit is refused', async () => {
  await save();
  const text = readFileSync(join(fixture.folder, 'plan.json'), 'utf8');
  fixture.write('plan.json', text.replace('"weight": 10', '"weight": 11'));
  const { code, stderr } = await fixture.run('deploy --plan plan.json');
  expect([code, stderr]).toEqual([7, expect.stringContaining('was changed after it was made')]);
});
