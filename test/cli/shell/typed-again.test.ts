import { expect, test } from 'vitest';
import { catalogue } from '../../../src/cli/commands/index.ts';
import type { Options } from '../../../src/cli/shell/command.ts';
import { CARRIED, errorTypedAgain, typedAgain } from '../../../src/cli/shell/typed-again.ts';
import { DeployError } from '../../../src/contract/index.ts';

const typed = (options: Options, args: readonly string[] = [], name = 'deploy') => ({
  name,
  args,
  options,
});

test('a suggested command has the config, place and version that were typed', () => {
  const options = { config: 'a b.yaml', env: 'prod', via: ['profile=ops'], store: 's3://b/p?r=x' };
  expect(typedAgain(typed(options, ['v42']), 'deployctl plan --strategy canary')).toBe(
    "deployctl plan --strategy canary --config 'a b.yaml' --env prod --release v42 --store 's3://b/p?r=x' --via profile=ops",
  );
  expect(typedAgain(typed({ set: ['a=1', 'b=2'] }), 'put it right, then: deployctl plan')).toBe(
    'put it right, then: deployctl plan --set a=1 --set b=2',
  );
});

test('what the command names itself, or does not take, stays out', () => {
  const options = { service: 'shop', env: 'prod', release: 'v2', store: '/j' };
  expect(typedAgain(typed(options), 'deployctl rollback k3v9')).toBe(
    'deployctl rollback k3v9 --env prod --store /j',
  );
  expect(typedAgain(typed(options), 'deployctl status --env test')).toBe(
    'deployctl status --env test --service shop --store /j',
  );
  expect(typedAgain(typed(options), 'deployctl logs v2')).toContain('--service shop');
  expect(typedAgain(typed(options), 'deployctl deploy --plan p.json')).toBe(
    'deployctl deploy --plan p.json --store /j',
  );
  for (const line of ['deployctl plan --help', 'ulimit -n 1024', 'deployctl init'])
    expect(typedAgain(typed(options), line)).toBe(line);
});

test('each command of a line has them, wherever it ends', () => {
  const options = { env: 'prod', service: 'shop' };
  expect(typedAgain(typed(options), 'deployctl down --force (asks nothing)')).toBe(
    'deployctl down --force --env prod --service shop (asks nothing)',
  );
  expect(
    typedAgain(
      typed(options),
      'see what is live: deployctl status --store <new url>, then deployctl deploy --store <new url>',
    ),
  ).toBe(
    'see what is live: deployctl status --store <new url> --env prod --service shop, then deployctl deploy --store <new url> --env prod',
  );
  expect(typedAgain(typed(options), 'deployctl resume k3v9 or deployctl rollback k3v9')).toBe(
    'deployctl resume k3v9 --env prod or deployctl rollback k3v9 --env prod',
  );
  expect(typedAgain(typed(options), 'install a newer deployctl: npm install')).toBe(
    'install a newer deployctl: npm install',
  );
});

test('every command takes what is carried to it', async () => {
  for (const { name, load } of catalogue) {
    const { options } = await load();
    for (const flag of CARRIED[name] ?? [])
      expect([name, flag, options.some(({ flags }) => flags.includes(`--${flag} `))]).toEqual([
        name,
        flag,
        true,
      ]);
  }
});

test('an error suggests them so, and is otherwise as it was', () => {
  const error = new DeployError('held', { message: 'm', why: 'w', next: ['deployctl status'] });
  expect(errorTypedAgain(typed({ env: 'prod' }), error)).toMatchObject({
    code: 'held',
    why: 'w',
    next: ['deployctl status --env prod'],
  });
  expect(errorTypedAgain(typed({}), error)).toBe(error);
  const fault = new TypeError('ours');
  expect(errorTypedAgain(typed({ env: 'prod' }), fault)).toBe(fault);
});
