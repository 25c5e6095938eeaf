import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Handlers } from '../../beds/vercel/api/answer.ts';
import { DEPLOYMENTS } from '../../beds/vercel/api/deployments.ts';
import { Scene } from '../../providers/vercel/scene.ts';

let scene: Scene;
const open = async (options = {}) => {
  scene = await Scene.open(options);
};
afterEach(async () => {
  expect(await scene.close()).toEqual([]);
});

/** Does something once, when these words are said for the first time. */
function once(words: string, act: () => void) {
  let done = false;
  const heard = (text: string) => {
    if (done || !text.includes(words)) return;
    done = true;
    act();
  };
  return { heard, isDone: () => done };
}

describe('a project that was renamed', { timeout: 60_000 }, () => {
  beforeEach(() => open());
  const rename = () => Object.assign(scene.project, { name: 'shop-next' });

  it('is gone back by its id, which was recorded, and asked for by its new name', async () => {
    await scene.deploy('v1');
    await scene.deploy('v2');
    rename();
    // From elsewhere, where no config says a name.
    scene.fixture.delete('deploy.config.yaml');
    const back = await scene.run('rollback --yes');
    expect([back.code, await scene.visit()], back.said).toEqual([0, 'v1']);
    const { code, said } = await scene.write('v3').run('deploy --yes --release v3');
    expect([code, said]).toEqual([2, expect.stringContaining('Vercel has no project shop')]);
    expect(said).toContain('set vercel.project to the id of the project');
    await scene.deploy('v3', { project: 'shop-next' });
    expect(await scene.visit()).toBe('v3');
  });

  it('in the middle of a deployment makes no difference to it', async () => {
    await scene.deploy('v1');
    const renamed = once('bake v2', rename);
    scene.write('v2', { bake: '1s' });
    const { code, said } = await scene.run('deploy --yes --release v2', renamed);
    expect([code, renamed.isDone(), await scene.visit()], said).toEqual([0, true, 'v2']);
  });
});

it('a team that was renamed is found by its id, which was recorded', async () => {
  const team = { id: 'team_000000000009', slug: 'acme' };
  await open({ settings: { team } });
  await scene.deploy('v1');
  await scene.deploy('v2');
  Object.assign(scene.bed.platform.settings, { team: { ...team, slug: 'acme-next' } });
  // From elsewhere, where no config says a name.
  scene.fixture.delete('deploy.config.yaml');
  const back = await scene.run('rollback --yes');
  expect([back.code, await scene.visit()], back.said).toEqual([0, 'v1']);
  const { code, said } = await scene.write('v3').run('deploy --yes --release v3');
  expect([code, said]).toEqual([1, expect.stringContaining('shop in the team acme')]);
  await scene.deploy('v3', { team: 'acme-next' });
  expect(await scene.visit()).toBe('v3');
}, 60_000);

describe('a project that moves to another team', { timeout: 60_000 }, () => {
  beforeEach(() => open());

  it('in the middle of a deployment rests it, which goes on once it is back', async () => {
    await scene.deploy('v1');
    const moved = once('bake v2', () => Object.assign(scene.project, { away: true }));
    scene.write('v2', { bake: '8s' });
    const { code, said } = await scene.run('deploy --yes --release v2', moved);
    expect([code, said]).toEqual([
      5,
      expect.stringMatching(/Vercel does not show the project shop/),
    ]);
    expect(said).toContain('v2 has 100 % of the traffic');
    expect((await scene.run('status')).said).toContain('Vercel has no project');
    Object.assign(scene.project, { away: false });
    const again = await scene.run('resume');
    expect([again.code, await scene.visit()], again.said).toEqual([0, 'v2']);
  });

  it('between two deployments is told, with what to set', async () => {
    await scene.deploy('v1');
    Object.assign(scene.project, { away: true });
    const { code, said } = await scene.write('v2').run('deploy --yes --release v2');
    expect([code, said]).toEqual([2, expect.stringContaining('or belong to another team')]);
  });
});

describe('rolling releases that others switch off in the middle of a canary', () => {
  beforeEach(() => open());

  it('stay off, and the canary that is under way goes on', async () => {
    await scene.deploy('v1');
    const off = once('traffic: v1 90 %', () => {
      scene.project.rollingConfig = null;
    });
    scene.write('v2', { strategy: 'canary', hold: '7s' });
    const { code, said } = await scene.run('deploy --yes --release v2', off);
    expect([code, off.isDone(), await scene.visit()], said).toEqual([0, true, 'v2']);
    expect(scene.project.rollingConfig).toBeNull();
    const set = scene.bed.calls.filter(
      ({ method, path }) => method === 'PATCH' && path.endsWith('/config'),
    );
    expect(set).toHaveLength(1);
  }, 60_000);

  it('and so end it: it stops as diverged, and nothing is started again', async () => {
    await scene.deploy('v1');
    const off = once('traffic: v1 90 %', () => {
      Object.assign(scene.project, { rollingConfig: null });
      Object.assign(scene.project.rolling ?? {}, { state: 'ABORTED' });
    });
    scene.write('v2', { strategy: 'canary', hold: '60s' });
    const { code, said } = await scene.run('deploy --yes --release v2', off);
    expect([code, said]).toEqual([7, expect.stringContaining('no rolling release is under way')]);
    expect([scene.project.rollingConfig, await scene.visit()]).toEqual([null, 'v1']);
  }, 60_000);
});

const LIST = 'GET /v6/deployments';

describe('a list that tells of deployments twice', { timeout: 60_000 }, () => {
  it('shows each release once, and builds none again', async () => {
    const twice: Handlers = {
      [LIST]: async (call) => {
        const { status, body } = (await DEPLOYMENTS[LIST]?.(call)) ?? { status: 500 };
        const { deployments, pagination } = body as unknown as {
          deployments: { createdAt: number }[];
          pagination: { next: number | null };
        };
        const isFirst = call.query.until === undefined;
        const all = deployments.flatMap((one) => [one, one]);
        // All of them once more on a second page.
        const next = isFirst && all.length > 0 ? Number.MAX_SAFE_INTEGER : null;
        const page = { deployments: all, pagination: { ...pagination, count: all.length, next } };
        return { status, body: JSON.parse(JSON.stringify(page)) };
      },
    };
    await open({ planted: twice });
    await scene.deploy('v1');
    await scene.deploy('v2');
    const { said } = await scene.run('status');
    expect(said.match(/\bv2\b.*100 %/g) ?? []).toHaveLength(1);
    const back = await scene.run('rollback --yes');
    expect([back.code, await scene.visit()], back.said).toEqual([0, 'v1']);
    await scene.deploy('v2');
    expect(scene.project.deployments.size).toBe(2);
  });
});

describe.each([
  ['a day ahead', 86_400_000],
  ['a day behind', -86_400_000],
])('a clock at Vercel that is %s of ours', (_, apart) => {
  it('makes no difference', async () => {
    await open({ settings: { now: () => Date.now() + apart } });
    await scene.deploy('v1');
    await scene.deploy('v2');
    const back = await scene.run('rollback --yes');
    expect([back.code, await scene.visit()], back.said).toEqual([0, 'v1']);
    await scene.deploy('v2');
    expect(scene.bed.platform.request()?.type).toBe('promote');
    expect([await scene.visit(), scene.project.deployments.size]).toEqual(['v2', 2]);
  }, 60_000);
});

describe('clocks at Vercel that do not agree', { timeout: 60_000 }, () => {
  it('date a newer deployment before an older one: it is deployed and gone back from all the same', async () => {
    let apart = 0;
    await open({ settings: { now: () => Date.now() + apart } });
    await scene.deploy('v1');
    apart = -600_000;
    await scene.deploy('v2');
    expect(await scene.visit()).toBe('v2');
    apart = 0;
    const back = await scene.run('rollback --yes');
    expect([back.code, await scene.visit()], back.said).toEqual([0, 'v1']);
  });
});
