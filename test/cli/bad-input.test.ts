import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CliFixture, memoryConfig, type Row, transcript } from '../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

async function check(name: string, rows: readonly Row[]): Promise<void> {
  const { text, exits, wanted } = await transcript(fixture, rows);
  expect(exits).toEqual(wanted);
  await expect(text).toMatchFileSnapshot(`../golden/${name}.txt`);
}

describe('wrong words', () => {
  test('are answered with what was probably meant, and touch nothing', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('wrong-words', 'gates: { up: { http: / } }'));
    await check('wrong-words', [
      ['stauts', 2],
      ['frobnicate', 2],
      ['--config x deploy', 2],
      ['deploy --outptu json', 2],
      ['deploy --output jsn', 2],
      ['deploy --supersede rejct', 2],
      ['deploy v1 extra', 2],
      ['deploy --release', 2],
      ['deploy --release v1 --wait-lock abc', 2],
      ['deploy --release v1 --deadline 30', 2],
      ['deploy --release v1 --strategy canry', 2],
      ['deploy --release v1 --env prod', 2],
      ['deploy --release v1 --set canary.bkae=1s', 2],
      ['deploy --release v1 --set nonsense', 2],
      ['deploy --release v1 --store ftp://x', 2],
      ['status --store s4://bucket/prefix', 2],
      ['status --store s3:/bucket', 2],
      ['status --store file://host/x', 2],
      ['status --store file:///%00', 2],
      ['status --store file:///a%2fb', 2],
      ['status --store file:///%zz', 2],
      ['deploy --plan missing.json', 2],
      ['deploy --plan deploy.config.yaml', 2],
      ['deploy --plan plan.json --release v2', 2],
      ['history --limit many', 2],
      ['history --since yesterday', 2],
      ['history --result good', 2],
      ['logs --lines -3', 2],
      ['analyze --from yesterday', 2],
      ['completion bsh', 2],
      ['completion', 2],
      ['rollback no such', 2],
      ['status --service wrong-wards', 2],
    ]);
  });
});

describe('a config that is not right', () => {
  test('is refused with the place and the reason', async () => {
    fixture
      .write('broken.yaml', 'service: shop\n  strategy: [canary')
      .write('types.yaml', 'service: 5\nstrategy: canary\nprovider: { local: { command: 1 } }\n')
      .write('provider.yaml', 'service: shop\nstrategy: canary\nprovider: { locl: {} }\n')
      .write('strategy.yaml', 'service: shop\nstrategy: canray\nprovider: { memory: {} }\n')
      .write('time.yaml', `${memoryConfig('bad-time', 'canary: { duration: 5 parsecs }')}`);
    await check('bad-config', [
      ['deploy', 2],
      ['plan', 2],
      ['validate', 2],
      ['analyze', 2],
      ['validate --config missing.yaml', 2],
      ['validate --config broken.yaml --release v1', 2],
      ['validate --config types.yaml --release v1', 2],
      ['validate --config provider.yaml --release v1', 2],
      ['validate --config strategy.yaml --release v1', 2],
      ['validate --config time.yaml --release v1', 2],
      ['validate --config time.yaml --release v1 --output json', 2],
    ]);
  });

  test('does not stand in the way of a deployment that is named', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('broken-later'));
    await fixture.run('deploy --release v1');
    const { stdout } = await fixture.run('deploy --release v2 --output json');
    const { deployment } = JSON.parse(stdout.split('\n')[0] ?? '') as { deployment: string };
    fixture.write('deploy.config.yaml', 'service: [');
    expect((await fixture.run('rollback')).code).toBe(2);
    const back = await fixture.run(`rollback ${deployment}`);
    expect(back.stderr).toContain('warning: the config here cannot be read');
    expect(back.code).toBe(0);
  });
});
