import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryPlatform } from '../../providers/memory/index.ts';
import { CliFixture, memoryConfig, type Row, transcript } from '../helpers/run-cli.ts';
import { APPROVAL_KEY, signed } from '../helpers/signed.ts';

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

const idOf = ({ stdout }: { stdout: string }) =>
  (JSON.parse(stdout.split('\n')[0] ?? '') as { deployment: string }).deployment;

describe('the life of a service', () => {
  test('from nothing over two releases and back', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('life'));
    await check('life', [
      ['status', 0],
      ['status --watch', 0],
      ['history', 0],
      ['approve', 2],
      ['resume', 2],
      ['rollback', 2],
      ['plan --release v1', 0],
      ['deploy --release v1', 0],
      ['deploy --release v1', 0],
      ['rollback', 7],
      ['deploy --release v2', 0],
      ['status', 0],
      ['history', 0, { columns: 36 }],
      ['history --version-is v1', 0],
      ['history --result rolled-back', 0],
      ['approve', 7],
      ['resume', 7],
      ['rollback', 0],
      ['rollback', 7],
      ['rollback --to v3', 2],
      ['rollback v2', 2],
      ['rollback --to v2', 0],
      ['rollback --to v2', 7],
      ['logs', 2],
      ['down --yes', 2],
    ]);
  });

  test('an old deployment is not undone, and never stands for the newest one', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('old-id'));
    const first = idOf(await fixture.run('deploy --release v1 --output json'));
    await fixture.run('deploy --release v2');
    for (const verb of ['rollback', 'resume', 'approve', 'abort'])
      expect([verb, (await fixture.run(`${verb} ${first}`)).code]).toEqual([verb, 7]);
    expect((await fixture.run(`history ${first.slice(0, 5)}`)).stdout).toContain('v1');
  });

  test('a lost mark of what is live makes no first deployment, and takes nothing off', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('mark'));
    await fixture.run('deploy --release v1');
    const platform = memoryPlatform('mark');
    const { live: id, split } = platform;
    platform.live = null;
    const { stdout } = await fixture.run('plan --release v2');
    expect(stdout).not.toContain('first deployment');
    expect(stdout).toContain('90/10');
    platform.split = { [String(id)]: 90, other: 10 };
    const refused = await fixture.run('deploy --release v2');
    expect([refused.code, platform.split]).toEqual([2, { [String(id)]: 90, other: 10 }]);
    expect(refused.stderr).toContain('v1 and other have traffic');
    platform.split = split;
    expect((await fixture.run('deploy --release v2')).code).toBe(0);
  });

  test('what nobody can describe is not deployed over, and gone back from all the same', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('unknown'));
    await fixture.run('deploy --release v1');
    const platform = memoryPlatform('unknown');
    Object.assign(platform, { live: 'x-1', split: { 'x-1': 100 } });
    const refused = await fixture.run('deploy --release v2');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('made of')]);
    expect((await fixture.run('rollback --to v1')).code).toBe(0);
    expect((await fixture.run('status')).stdout).toContain('v1');
  });

  test('what stands in the way is said before the first write, and keeps nobody from going back', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('review'));
    await fixture.run('deploy --release v1');
    await fixture.run('deploy --release v2');
    const { review, split } = memoryPlatform('review');
    review.notes.push('Two rules are left of the quota.');
    const { stdout } = await fixture.run('plan --release v3 --out plan.json');
    expect(stdout).toContain('Two rules are left of the quota.');
    review.refusals.push('No rule is left of the quota.');
    for (const line of ['deploy --release v3', 'deploy --plan plan.json']) {
      const refused = await fixture.run(line);
      expect([refused.code, refused.stderr]).toEqual([
        2,
        expect.stringContaining('No rule is left of the quota.'),
      ]);
    }
    expect(memoryPlatform('review').split).toEqual(split);
    const back = await fixture.run('rollback');
    expect([back.code, back.stderr]).toEqual([
      0,
      expect.stringContaining('No rule is left of the quota.'),
    ]);
  });

  test('several services are told apart, and asked for by name', async () => {
    fixture.write('a.yaml', memoryConfig('several-a')).write('b.yaml', memoryConfig('several-b'));
    await fixture.run('deploy --config a.yaml --release v1');
    await fixture.run('deploy --config b.yaml --release v1');
    await fixture.run('deploy --config b.yaml --release v2');
    await check('several-services', [
      ['rollback', 2],
      ['status', 0],
      ['status --service several-c', 2],
      ['rollback --service several-b', 0],
      ['status --service several-b', 0],
    ]);
  });

  test('a service is asked for by its target, too', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('by-target'));
    await fixture.run('deploy --release v1');
    const { target } = JSON.parse((await fixture.run('status --output json')).stdout);
    const found = await fixture.run(`status --service ${target.id}`);
    expect(found).toMatchObject({ code: 0, stdout: expect.stringContaining('v1') });
    expect((await fixture.run(`status --service ${target.id}x`)).code).toBe(2);
  });

  test('a saved plan is run as it is, and refused when something has changed', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('saved'));
    await fixture.run('deploy --release v1');
    expect((await fixture.run('plan --release v2 --out plan.json')).code).toBe(0);
    expect((await fixture.run('deploy --plan plan.json')).code).toBe(0);
    const again = await fixture.run('deploy --plan plan.json');
    expect(again).toMatchObject({ code: 7 });
    expect(again.stderr).toContain('What is live has changed');
  });

  test.each([
    ['{"v":1,"steps":[]}', 7],
    ['{"v":1,"steps":[null],"provider":null,"target":{}}', 7],
    ['{"v":1,"steps":[{}],"provider":{"name":"memory","connection":{}},"target":{}}', 7],
    ['{"v":1,"steps":{}}', 2],
    ['null', 2],
    ['', 2],
  ])(
    'a plan file that says %s is refused before anything of it is believed',
    async (text, exit) => {
      fixture.write('deploy.config.yaml', memoryConfig('made-up')).write('plan.json', text);
      const { code, stderr } = await fixture.run('deploy --plan plan.json');
      expect(stderr).not.toContain('fault of deployctl');
      expect(code).toBe(exit);
    },
  );

  test('whoever skips the undo of a hook that has not failed is told that nothing is skipped', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('skip'));
    await fixture.run('deploy --release v1');
    await fixture.run('deploy --release v2');
    const { code, stderr } = await fixture.run('rollback --skip-undo');
    expect(stderr).toContain('No undo hook has failed');
    expect(code).toBe(7);
  });

  test('the store of the config is the one that every command asks', async () => {
    const store = `store: file://${fixture.folder}/journal`;
    fixture.write('deploy.config.yaml', memoryConfig('own-store', store));
    const { code } = await fixture.run('deploy --release v1 --set canary.bake=0s');
    expect(code).toBe(0);
    expect((await fixture.run('status')).stdout).toContain('v1');
    expect((await fixture.run('history')).stdout).toContain('succeeded');
    expect((await fixture.run(`history --store ${fixture.folder}/other`)).stdout).toContain(
      'No deployments recorded yet',
    );
  });
});

const APPROVAL = 'canary: { duration: 0s, bake: 0s, stages: [10%, 100%], approval: true }';

describe('an approval', () => {
  test('is not waited for without a terminal, and given by another command', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('approving', APPROVAL));
    await check('approval', [
      ['deploy --release v1', 0],
      ['deploy --release v2', 5],
      ['status', 0],
      ['deploy --release v3', 6],
      ['rollback --to v9', 6],
      ['pause', 0],
      ['approve --reason "looks fine"', 0],
      ['deploy --release v3', 5],
      ['reject --reason "wrong build"', 0],
      ['deploy --release v3', 5],
      ['deploy --release v4 --supersede cancel-older', 5],
      ['rollback', 0],
      ['status', 0],
    ]);
  });

  test('counts only if the rules take it: in time, of two who are named, signed for this plan', async () => {
    const rules = 'quorum: 2, approvers: [bob, cy], key: { fromEnv: APPROVAL_KEY }';
    fixture.write(
      'deploy.config.yaml',
      memoryConfig('ruled', APPROVAL.replace('approval: true', `approval: { ${rules} }`)),
    );
    const env = { APPROVAL_KEY };
    const run = (...argv: string[]) => fixture.runArgs(argv, { env });
    await run('deploy', '--release', 'v1');
    expect((await run('deploy', '--release', 'v2')).code).toBe(5);
    const { stdout } = await run('status', '--output', 'json');
    const { deployment } = JSON.parse(stdout) as { deployment: { id: string; planHash: string } };
    const tokenOf = (name: string, plan = deployment.planHash) =>
      signed(
        { type: 'deployment.approved', data: { deployment: deployment.id, plan, name } },
        { at: Date.now(), id: `msg_${name}` },
      );
    for (const [argv, words] of [
      [['approve'], 'only a signed token counts'],
      [['promote'], 'only a signed token counts'],
      [['approve', '--token', tokenOf('eve')], 'eve is not among those who may approve'],
      [['approve', '--token', tokenOf('bob', 'f00')], 'its token is for another plan'],
    ] as const) {
      const refused = await run(...argv);
      expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining(words)]);
      expect(refused.stderr).toContain('Nothing was recorded');
    }
    const first = await run('approve', '--token', tokenOf('bob'));
    expect([first.code, first.stdout]).toEqual([
      5,
      expect.stringContaining('1 of 2 have approved (bob)'),
    ]);
    expect((await run('approve', '--token', tokenOf('bob'))).stderr).toContain('was used before');
    expect((await run('approve', '--token', tokenOf('cy'))).code).toBe(0);
    expect((await run('status')).stdout).toContain('v2  100 %  live');
  });

  test('is waited for at a terminal until another one answers', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('waiting', APPROVAL));
    await fixture.run('deploy --release v1');
    const deploying = fixture.run('deploy --release v2', { answers: ['y'] });
    await expect.poll(async () => (await fixture.run('status')).stdout).toContain('Running');
    await expect.poll(async () => (await fixture.run('approve')).code).toBe(0);
    const { code, stdout } = await deploying;
    expect(stdout).toContain('deployctl approve');
    expect(code).toBe(0);
  });
});

describe('an approval, answered where it is asked,', () => {
  /** Types each text when a person would: once the deployment asks. */
  function typing(...texts: readonly string[]) {
    let open = 0;
    let type: (key: string) => void = () => {};
    const keyboard = {
      listen: (typed: (key: string) => void) => {
        open += 1;
        type = typed;
        return () => {
          open -= 1;
        };
      },
    };
    const press = () => {
      for (const key of texts.join('')) type(key);
    };
    return { keyboard, press, left: () => open };
  }

  test.each([
    ['y\r', 0, 'v2 is live'],
    ['what\rn\r', 3, 'rejected by'],
    ['x\u007fyes\r', 0, 'v2 is live'],
  ])('is taken: %j', async (keys, exit, words) => {
    const name = `answered-${exit}-${keys.length}`;
    fixture.write('deploy.config.yaml', memoryConfig(name, APPROVAL));
    await fixture.run('deploy --release v1');
    const { keyboard, press, left } = typing(keys);
    const deploying = fixture.run('deploy --release v2', { answers: ['never asked'], keyboard });
    const asks = async () =>
      (await fixture.run('status')).stdout.includes('ask before') && left() === 1;
    await expect.poll(asks).toBe(true);
    press();
    const { code, stdout } = await deploying;
    expect(stdout).toContain('Answer here: y or n, then Enter.');
    expect(stdout).toContain(words);
    expect(code).toBe(exit);
    expect(left()).toBe(0);
  });
});

test('who waits for the target is told for whom, at which step, since when', async () => {
  const HELD = 'canary: { duration: 60s, bake: 0s, stages: [10%, 100%] }';
  fixture.write('deploy.config.yaml', memoryConfig('in-line', HELD));
  await fixture.run('deploy --release v1');
  const first = fixture.run('deploy --release v2');
  await expect.poll(async () => (await fixture.run('status')).stdout).toContain('10 %');
  fixture.write(
    'other.yaml',
    memoryConfig('in-line', 'canary: { duration: 0s, bake: 0s, stages: [10%, 100%] }'),
  );
  let said = '';
  const heard = (text: string) => {
    said += text;
  };
  const narrow = { isTTY: true, columns: 50, heard };
  const line = 'deploy --release v3 --wait-lock 60s --config other.yaml --output text';
  const second = fixture.run(line, narrow);
  await expect.poll(() => said).toContain('Waiting for');
  await fixture.run('abort');
  await first;
  const { stderr, code } = await second;
  expect(code).toBe(0);
  expect(Math.max(...stderr.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(50);
  expect(stderr.replaceAll('\n', ' ')).toMatch(
    /^Waiting for .+ \(pid \d+\), who deploys v2 \(\w+\): stage 1 of 2: .*, begun .*? ago\. /,
  );
});

test('of several that wait in line each has its turn, also those who were not the quickest', async () => {
  const HELD = 'canary: { duration: 10m, bake: 0s, stages: [10%, 100%] }';
  fixture.write('held.yaml', memoryConfig('line', HELD));
  fixture.write('deploy.config.yaml', memoryConfig('line'));
  await fixture.run('deploy --release v1');
  const first = fixture.run('deploy --release v2 --config held.yaml');
  await expect.poll(async () => (await fixture.run('status')).stdout).toContain('10 %');
  const said = ['', '', ''];
  const others = said.map((_, at) => {
    const heard = (text: string) => {
      said[at] += text;
    };
    return fixture.run(`deploy --release v${at + 3} --wait-lock 60s`, { heard });
  });
  await expect.poll(() => said.every((text) => text.includes('Waiting for'))).toBe(true);
  await fixture.run('abort');
  await first;
  const ended = await Promise.all(others);
  expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0]);
});

describe('Ctrl-C', () => {
  const HELD = 'canary: { duration: 10m, bake: 0s, stages: [10%, 100%] }';

  test.each([
    ['pauses, to be resumed', '', 130],
    ['goes back with --on-interrupt rollback', ' --on-interrupt rollback', 3],
  ])('%s', async (_, option, exit) => {
    fixture.write('deploy.config.yaml', memoryConfig(`interrupt-${exit}`, HELD));
    await fixture.run('deploy --release v1');
    const deploying = fixture.run(`deploy --release v2${option}`);
    await expect.poll(async () => (await fixture.run('status')).stdout).toContain('10 %');
    fixture.signal('SIGINT');
    expect((await deploying).code).toBe(exit);
    if (exit === 130) expect((await fixture.run('rollback')).code).toBe(0);
    expect((await fixture.run('status')).stdout).toMatch(/v1 +100 %/);
  });

  test('a deadline of the command line ends what takes longer', async () => {
    fixture.write('deploy.config.yaml', memoryConfig('deadline', HELD));
    await fixture.run('deploy --release v1');
    const { code, stdout } = await fixture.run('deploy --release v2 --deadline 200ms');
    expect(stdout).toContain('not finished within 200ms');
    expect(code).toBe(3);
  });
});
