import { setTimeout as realPause } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { Clock } from '../../../src/lib/clock.ts';

const MINUTES = 60_000;

/** Time that jumps to what is due next, whenever nothing has been asked of the network for a while. */
class JumpingClock {
  #now = 0;
  #timers = new Set<{ at: number; ring: () => void }>();

  wall = () => Date.UTC(2030, 0, 1) + this.#now;
  monotonic = () => this.#now;
  after = (ms: number, ring: () => void) => {
    const timer = { at: this.#now + Math.max(0, ms), ring };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  jump(): void {
    const [first] = [...this.#timers].sort((a, b) => a.at - b.at);
    if (!first) return;
    this.#timers.delete(first);
    this.#now = Math.max(this.#now, first.at);
    first.ring();
  }
}

const { time } = vi.hoisted(() => ({ time: { clock: null as JumpingClock | null } }));
vi.mock('../../../src/lib/clock.ts', async (original) => {
  const real = await original<typeof import('../../../src/lib/clock.ts')>();
  const now = (): Pick<Clock, 'wall' | 'monotonic' | 'after'> => time.clock ?? real.systemClock;
  const after: Clock['after'] = (ms, ring) => now().after(ms, ring);
  const systemClock: Clock = {
    wall: () => now().wall(),
    monotonic: () => now().monotonic(),
    after,
    sleep: real.sleepBy(after),
  };
  return { ...real, systemClock };
});

/** Disks take time of their own, which would pass for minutes. */
vi.mock('../../../stores/file/index.ts', async () => {
  const { createMemoryStore } = await import('../../../stores/memory/index.ts');
  const entries = new Map<string, string>();
  return { createFileStore: () => createMemoryStore(entries) };
});

const { startBed } = await import('../../beds/vercel/bed.ts');
const { CliFixture } = await import('../../helpers/run-cli.ts');

const QUIET_MS = 3;

/** Lets time jump until the work is done. */
async function jumping<T>(clock: JumpingClock, work: Promise<T>): Promise<T> {
  const real = globalThis.fetch;
  let asking = 0;
  vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => {
    asking += 1;
    return real(...given).finally(() => {
      asking -= 1;
    });
  });
  let over = false;
  const end = work.finally(() => {
    over = true;
  });
  end.catch(() => {});
  while (!over) {
    await realPause(QUIET_MS);
    if (asking === 0) clock.jump();
  }
  return end;
}

const desk = new CliFixture();
afterEach(() => {
  vi.unstubAllGlobals();
  time.clock = null;
  desk.remove();
});

/** How often Vercel's own client looks at a build that takes so long. */
function looksOfOthers(takes: number): number {
  let looks = 0;
  for (let at = 0; at < takes; looks++)
    at += at <= 15_000 ? 1000 : at <= 60_000 ? 5000 : at <= 300_000 ? 15_000 : 30_000;
  return looks + 1;
}

it('is built once in five minutes, and looked at no more often than by Vercel itself', async () => {
  const clock = new JumpingClock();
  const bed = await startBed({ settings: { now: () => clock.wall() } });
  const env = { VERCEL_TOKEN: bed.platform.settings.token };
  const write = (version: string, takes: number) =>
    desk
      .write('site/index.html', version)
      .write('site/bed.json', JSON.stringify({ takes, lines: ['install', 'compile', 'end'] }))
      .write(
        'deploy.config.yaml',
        `service: shop
strategy: blue-green
provider: { vercel: { api: '${bed.url}', project: shop, team: acme, folder: site } }
defaults: { bake: 30s }
`,
      );
  try {
    time.clock = clock;
    write('v1', 0);
    const first = await jumping(clock, desk.run('deploy --yes --release v1', { env }));
    expect(first.code, first.stdout + first.stderr).toBe(0);
    const from = bed.calls.length;
    const began = clock.monotonic();
    write('v2', 5 * MINUTES);
    const ran = await jumping(clock, desk.run('deploy --yes --release v2', { env }));
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    // The build, and the time after the promotion in which nobody else changes anything.
    expect(clock.monotonic() - began).toBeGreaterThan(5.5 * MINUTES);
    const calls = bed.calls.slice(from);
    const count = (name: string, status = 200) =>
      calls.filter((call) => call.name === name && call.status === status).length;
    expect(bed.platform.project.deployments.size).toBe(2);
    expect(count('POST /v13/deployments')).toBe(1);
    for (const line of ['install', 'compile']) expect(ran.stdout).toContain(line);
    const looks = count('GET /v3/deployments/{idOrUrl}/events');
    expect(looks).toBeGreaterThan(10);
    expect(looks).toBeLessThanOrEqual(looksOfOthers(5 * MINUTES));
    // Besides: what is asked of a deployment before and after its build, and of it and its domains in the bake.
    expect(count('GET /v13/deployments/{idOrUrl}') - looks).toBeLessThan(15 + 4 * 6);
    expect(bed.violations()).toEqual([]);
  } finally {
    await bed.close();
  }
});
