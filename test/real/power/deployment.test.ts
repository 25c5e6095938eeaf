import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeployEvent, JournalRecord } from '../../../src/contract/index.ts';
import { createFileStore } from '../../../stores/file/index.ts';
import { type Ran, RealFixture } from '../fixture.ts';
import { type Kind, PowerDisk } from './disk.ts';

const KINDS: readonly Kind[] = ['ext4', 'xfs'];
const CUTS = 9;

/** What may be done when the power is back, and what is live then. */
const RECOVERIES = [
  { args: ['resume'], live: 'new' },
  { args: ['rollback'], live: 'old' },
  { args: ['deploy', '--release', 'next'], live: 'next' },
] as const;

const NO_TRAFFIC = ['--set', 'gates.errors.advisory=true'];

describe.each(KINDS)('a deployment whose journal is on %s', (kind) => {
  let disk: PowerDisk;
  let fixture: RealFixture;
  let whyNot: string | null = null;

  beforeAll(async () => {
    whyNot = await PowerDisk.whyNot(kind);
    if (whyNot) return;
    disk = await PowerDisk.make(kind);
    fixture = await RealFixture.make();
  });
  afterAll(async () => {
    try {
      await fixture?.remove();
    } finally {
      await disk?.remove();
    }
  });

  const folder = () => join(disk.path, 'journal');
  const onDisk = (...args: string[]) => [...args, '--store', pathToFileURL(folder()).href];
  const deploy = (version: string) =>
    onDisk('deploy', '--release', version, '--output', 'json', ...NO_TRAFFIC);
  const recover = (args: readonly string[], next: string) => {
    const words = args.map((word) => (word === 'next' ? next : word));
    return fixture.run(...onDisk(...words), ...(words[0] === 'deploy' ? NO_TRAFFIC : []));
  };

  /** Deploys until the power goes, at any moment; what it had said by then it had written before. */
  async function deployUntilCut(version: string, isKilled: boolean): Promise<CutRun> {
    const run = fixture.start(...deploy(version));
    await Promise.race([run.when(() => true), run.ended]);
    await sleep(Math.random() * 1500);
    const told = [...run.events];
    await disk.cut();
    if (isKilled) run.child.kill('SIGKILL');
    const ended = await run.ended;
    await disk.restore();
    return { told, ended };
  }

  async function records(): Promise<JournalRecord[]> {
    const store = createFileStore(folder());
    const [target = ''] = await store.list('targets');
    const names = await store.list(`targets/${target}/log`);
    const texts = await Promise.all(
      names.map((name) => store.get(`targets/${target}/log/${name}`)),
    );
    return texts.map((text) => JSON.parse(text ?? '') as JournalRecord);
  }

  async function isUnfinished(): Promise<boolean> {
    const { code, stdout, stderr } = await fixture.run(...onDisk('status', '--output', 'json'));
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout).deployment.ended === null;
  }

  test(`goes on, or back, after each of ${CUTS} power cuts`, {
    timeout: 600_000,
  }, async (context) => {
    if (whyNot) context.skip(`no ${kind} whose power can be cut: ${whyNot}`);
    expect(await fixture.run(...deploy('v0'))).toMatchObject({ code: 0 });
    let serving = 'v0';
    const unfinished: boolean[] = [];
    for (let cut = 1; cut <= CUTS; cut++) {
      const { args, live } = RECOVERIES[cut % RECOVERIES.length] as (typeof RECOVERIES)[number];
      const names = { new: `v${cut}`, old: serving, next: `next-${cut}` };
      const isKilled = cut % 2 === 0;
      const { told, ended } = await deployUntilCut(names.new, isKilled);
      if (!isKilled) expectStopped(ended);
      const after = await records();
      expect(missingIntents(told, after)).toEqual([]);
      expect((await fixture.run(...onDisk('doctor'))).stdout).toMatch(/chain intact/);
      unfinished.push(await isUnfinished());
      const goesOn = unfinished.at(-1) ? args : ['deploy', '--release', 'next'];
      const recovered = await recover(goesOn, names.next);
      expect(recovered, `after cut ${cut}: ${recovered.stdout}${recovered.stderr}`).toMatchObject({
        code: 0,
      });
      serving = unfinished.at(-1) ? names[live] : names.next;
      expect(await liveOf(fixture, onDisk('status', '--output', 'json'))).toBe(serving);
    }
    const cutShort = unfinished.filter(Boolean).length;
    expect(cutShort).toBeGreaterThan(0);
    console.log(`${kind}: ${CUTS} deployments met a power cut, ${cutShort} before their end`);
  });
});

interface CutRun {
  readonly told: readonly DeployEvent[];
  readonly ended: Ran;
}

/** A deployment that lives through the cut finds its journal gone, and says so. */
function expectStopped({ code, stderr }: Ran): void {
  if (code === 0) return;
  expect([code, stderr]).toEqual([1, expect.stringContaining('the disk reports an error')]);
}

/** Steps that were said to have begun, without a record that they would. */
function missingIntents(told: readonly DeployEvent[], records: readonly JournalRecord[]): string[] {
  const intents = new Set(
    records.map(({ deployment, body }) => `${deployment} ${body.kind === 'step' && body.intent}`),
  );
  return told.flatMap((event) => {
    const intent = event.type === 'step-begun' && `${event.deployment} ${event.data.step.id}`;
    return intent && !intents.has(intent) ? [intent] : [];
  });
}

async function liveOf(fixture: RealFixture, args: readonly string[]): Promise<string> {
  const { stdout } = await fixture.run(...args);
  const { observation } = JSON.parse(stdout);
  return observation.releases.map(({ version }: { version: string }) => version).join();
}
