import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashOf } from '../../src/lib/canonical.ts';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

const idOf = ({ stdout }: { stdout: string }) =>
  (JSON.parse(stdout.split('\n')[0] ?? '') as { deployment: string }).deployment;

/** Deployments of these versions, one over the other; their ids. */
async function deploy(service: string, ...versions: readonly string[]): Promise<string[]> {
  fixture.write('deploy.config.yaml', memoryConfig(service));
  const ids: string[] = [];
  for (const version of versions)
    ids.push(idOf(await fixture.run(`deploy --release ${version} --output json`)));
  return ids;
}

const rows = async () => (await fixture.run('history')).stdout.trimEnd().split('\n').slice(1);

describe('prune', () => {
  test('says what would go, takes it away, and has nothing to do then', async () => {
    await deploy('prune', 'v1', 'v2', 'v3', 'v4');
    const dry = await fixture.run('prune --keep 1 --dry-run');
    expect(dry.stdout).toMatch(
      /^Would be pruned: 2 deployments, \d+ records\. The newest 2 of prune would stay\.\n1 more than --keep 1 stays: .+\n$/,
    );
    expect(await rows()).toHaveLength(4);
    const done = await fixture.run('prune --keep 1');
    expect(done.stdout).toMatch(
      /^Pruned: 2 deployments, \d+ records\. The newest 2 of prune stay\.\n1 more than --keep 1 stays: .+\n$/,
    );
    expect(await rows()).toHaveLength(2);
    const again = await fixture.run('prune --keep 1');
    expect(again.stdout).toContain('Nothing to prune: prune has 2 deployments.\n1 more than');
    expect([dry.code, done.code, again.code]).toEqual([0, 0, 0]);
  });

  test('leaves status, rollback and doctor as they were', async () => {
    await deploy('prune-well', 'v1', 'v2', 'v3');
    const before = await fixture.run('status');
    await fixture.run('prune --keep 1');
    const after = await fixture.run('status');
    expect(fixture.plain(after.stdout)).toBe(fixture.plain(before.stdout));
    expect((await fixture.run('doctor')).stdout).toContain('chain intact');
    expect((await fixture.run('rollback')).stdout).toContain('v2 is live');
  });

  test('is told to whoever asks for what is gone, with what to do next', async () => {
    const [first = ''] = await deploy('prune-asked', 'v1', 'v2', 'v3', 'v4');
    await fixture.run('prune --keep 1');
    for (const line of [`rollback ${first}`, `history ${first}`, `resume ${first.slice(0, 6)}`]) {
      const { code, stderr } = await fixture.run(line);
      expect([line, code]).toEqual([line, 2]);
      expect(stderr).toContain(
        `Deployment ${first} was pruned: it is older than the journal keeps.`,
      );
      expect(stderr).toContain('deployctl rollback --to <version>');
    }
    const { stderr } = await fixture.run('rollback --to v1');
    expect(stderr).toContain('No deployment of v1 has succeeded here.');
    expect(stderr).toContain('2 older deployments were pruned.');
  });

  test('keeps what the config says, and all where it says so', async () => {
    await deploy('prune-config', 'v1', 'v2', 'v3', 'v4', 'v5');
    fixture.write('deploy.config.yaml', `${memoryConfig('prune-config')}history: { keep: 3 }\n`);
    expect((await fixture.run('prune --dry-run --output json')).stdout).toMatch(
      /"dryRun":true,"deployments":2,"records":\d+,"kept":3/,
    );
    fixture.write('deploy.config.yaml', `${memoryConfig('prune-config')}history: { keep: null }\n`);
    expect((await fixture.run('prune')).stdout).toContain('Nothing to prune');
    expect((await fixture.run('prune --keep 0')).code).toBe(2);
  });

  test('comes by itself at the end of a deployment, as the config says', async () => {
    await deploy('prune-self');
    fixture.write('deploy.config.yaml', `${memoryConfig('prune-self')}history: { keep: 2 }\n`);
    for (const version of ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'])
      expect((await fixture.run(`deploy --release ${version}`)).code).toBe(0);
    const left = await rows();
    expect(left.length).toBeGreaterThanOrEqual(2);
    expect(left.length).toBeLessThanOrEqual(3);
  });
});

describe('doctor, on a damaged journal', () => {
  const log = () => {
    const targets = join(fixture.state, 'deployctl/journal/targets');
    return join(targets, readdirSync(targets)[0] ?? '', 'log');
  };
  const records = () => readdirSync(log()).sort();
  const damage = (name = '') => writeFileSync(join(log(), name), '{"half":');

  test('says that the newest deployment is whole where only an older one is damaged', async () => {
    await deploy('doctor-past', 'v1', 'v2');
    damage(records()[2]);
    const { code, stdout } = await fixture.run('doctor');
    expect(code).toBe(1);
    expect(stdout).toContain('Record 3 of the log: it is not JSON.');
    expect(stdout).toContain('status, deploy and rollback work');
    expect((await fixture.run('rollback')).code).toBe(0);
  });

  test('an older one that is damaged keeps nobody from the others', async () => {
    const [first = ''] = await deploy('doctor-others', 'v1', 'v2', 'v3');
    const opening = records().findIndex((name) =>
      readFileSync(join(log(), name), 'utf8').includes('"before":{"live":{'),
    );
    damage(records()[opening]);
    const list = await fixture.run('history');
    expect(list.code).toBe(4);
    expect(list.stdout).toMatch(/v3 .*v1 /s);
    expect(list.stderr).toContain(`Record ${opening + 1} of the log`);
    expect((await fixture.run(`history ${first}`)).code).toBe(0);
    expect((await fixture.run('status')).code).toBe(0);
    const byVersion = await fixture.run('rollback --to v1');
    expect(byVersion.code).toBe(4);
    expect(byVersion.stderr).toContain('deployctl rollback --to <deployment id>');
    expect((await fixture.run(`rollback --to ${first}`)).code).toBe(0);
  });

  test('looks at records of which it is lost what target they are of', async () => {
    await deploy('doctor-nameless', 'v1');
    rmSync(join(log(), '../about'));
    damage(records()[1]);
    const { code, stdout } = await fixture.run('doctor');
    expect(code).toBe(1);
    expect(stdout).toContain('/about is missing');
    expect(stdout).toContain('Record 2 of the log: it is not JSON.');
  });

  test('says that nothing is written any more where the newest one is damaged, and how to go on', async () => {
    await deploy('doctor-newest', 'v1', 'v2');
    damage(records().at(-3));
    const { code, stdout } = await fixture.run('doctor --repair');
    expect(code).toBe(1);
    expect(stdout).toContain('The newest deployment cannot be determined');
    for (const line of ['status', 'rollback', 'deploy --release v3'])
      expect([line, (await fixture.run(line)).code]).toEqual([line, 4]);
    const store = `--store ${join(fixture.folder, 'anew')}`;
    expect((await fixture.run(`status ${store}`)).stdout).toContain('v2  100 %  live');
    expect((await fixture.run(`deploy --release v3 ${store}`)).code).toBe(0);
  });

  /** A deployment that waited for an approval, got it and ended; the numbers of what came after the wait. */
  async function afterWait(service: string): Promise<string[]> {
    await deploy(service, 'v1');
    const canary = 'canary: { duration: 0s, bake: 0s, stages: [10%, 100%], approval: true }';
    fixture.write('deploy.config.yaml', memoryConfig(service, canary));
    expect((await fixture.run('deploy --release v2')).code).toBe(5);
    const before = records().length;
    expect((await fixture.run('approve')).code).toBe(0);
    // The process that wrote it lives on: it is this one.
    rmSync(join(log(), '../heartbeat'));
    return records().slice(before);
  }

  async function expectRepaired(): Promise<void> {
    const { code, stdout } = await fixture.run('doctor --repair');
    expect(stdout).toContain('chain intact');
    expect(code).toBe(0);
    expect((await fixture.run('status')).stdout).toContain('could not be read: set aside');
    expect((await fixture.run('resume')).code).toBe(0);
    expect((await fixture.run('status')).stdout).toContain('v2  100 %  live');
    expect((await fixture.run('doctor')).code).toBe(0);
  }

  test('repairs a damaged end where it is asked to, and keeps what was there', async () => {
    const lost = await afterWait('doctor-end');
    for (const name of lost) damage(name);
    expect((await fixture.run('status')).code).toBe(4);
    const count = records().length;
    const { code, stdout } = await fixture.run('doctor --config ./deploy.config.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain('deployctl doctor --repair --config ./deploy.config.yaml\n');
    const [from, to] = [Number(lost[0]), Number(lost.at(-1))];
    expect(stdout).toMatch(new RegExp(`whole up to record ${from - 1}, deployment \\w+, not over`));
    expect(stdout).toContain(`set records ${from} to ${to} aside to go on from record`);
    expect(records()).toHaveLength(count);
    await expectRepaired();
    const aside = join(log(), '../set-aside');
    const texts = readdirSync(aside).map((name) => readFileSync(join(aside, name), 'utf8'));
    expect(texts).toEqual(lost.map(() => '{"half":'));
  });

  test.each([
    ['a folder', 'the entry does not hold a value', (path: string) => void mkdirSync(path)],
    ['a link', 'is a symbolic link', (path: string) => symlinkSync('/dev/null', path)],
  ])(
    'repairs nothing while %s lies in the place of a record, and says where',
    async (_, ...how) => {
      const [why, put] = how;
      const lost = await afterWait('doctor-blocked');
      for (const name of lost) rmSync(join(log(), name));
      const place = join(log(), lost[0] ?? '');
      put(place);
      const before = readdirSync(join(log(), '..'));
      const { code, stdout } = await fixture.run('doctor --repair');
      expect(code).toBe(1);
      expect(stdout).toContain(`Record ${Number(lost[0])} of the log: `);
      expect(stdout).toContain(why);
      expect(stdout).toContain(`move file://${place} away`);
      expect(readdirSync(join(log(), '..'))).toEqual(before);
      renameSync(place, join(fixture.folder, 'away'));
      await expectRepaired();
    },
  );

  test('notices that a log has become shorter, and goes on from there where it is asked to', async () => {
    const lost = await afterWait('doctor-shorter');
    for (const name of lost) rmSync(join(log(), name));
    const named = `Record ${Number(lost[0])} of the log`;
    expect((await fixture.run('status')).stderr).toContain(named);
    expect((await fixture.run('doctor')).stdout).toContain(`${named}: it is missing.`);
    await expectRepaired();
  });
});

describe('a file where a folder of the journal should be', () => {
  const journal = () => join(fixture.state, 'deployctl/journal');

  test('is no empty journal: who looks is told, and so is who asks doctor', async () => {
    await deploy('file-for-targets', 'v1');
    const targets = join(journal(), 'targets');
    renameSync(targets, join(fixture.folder, 'away'));
    writeFileSync(targets, 'no folder');
    for (const line of ['status', 'status --service file-for-targets', 'history', 'rollback']) {
      const { code, stderr } = await fixture.run(line);
      expect([line, code]).toEqual([line, 1]);
      expect(stderr).toContain(`${targets} is a file where a folder should be.`);
    }
    const { code, stdout } = await fixture.run('doctor');
    expect(code).toBe(1);
    expect(stdout).toContain(`${targets} is a file where a folder should be.`);
  });

  test.each(['control', 'log', ''])(
    'is found by doctor, as that of a target: "%s"',
    async (name) => {
      await deploy(`file-for-one${name}`, 'v1');
      const targets = join(journal(), 'targets');
      const path = join(targets, readdirSync(targets)[0] ?? '', name).replace(/\/$/, '');
      rmSync(path, { recursive: true, force: true });
      writeFileSync(path, 'no folder');
      const { code, stdout } = await fixture.run('doctor');
      expect(code).toBe(1);
      expect(stdout).toContain(`${path} is a file where a folder should be.`);
    },
  );
});

describe('a journal that a newer version wrote', () => {
  const NEWER = 'was written by a newer deployctl';

  /** The last record with a number of a format that is not there yet. */
  function renew(): string {
    const targets = join(fixture.state, 'deployctl/journal/targets');
    const log = join(targets, readdirSync(targets)[0] ?? '', 'log');
    const file = join(log, readdirSync(log).sort().at(-1) ?? '');
    const { hash: _, ...record } = JSON.parse(readFileSync(file, 'utf8'));
    const newer = { ...record, v: 99 };
    const text = JSON.stringify({ ...newer, hash: hashOf(newer) });
    writeFileSync(file, text);
    return `${text}${readdirSync(log).length}`;
  }

  test('is refused by every command, which says what to install, and is left alone by doctor', async () => {
    await deploy('newer', 'v1', 'v2');
    const left = renew();
    for (const line of ['status', 'history', 'rollback', 'resume', 'deploy --release v3']) {
      const { code, stderr } = await fixture.run(line);
      expect([line, code]).toEqual([line, 1]);
      expect(stderr).toContain(NEWER);
      expect(stderr).toContain('npm install --global deployctl@latest');
    }
    for (const line of ['doctor', 'doctor --repair']) {
      const { code, stdout } = await fixture.run(line);
      expect([line, code]).toEqual([line, 1]);
      expect(stdout).toContain(NEWER);
      expect(stdout).toContain('nothing here is repaired');
    }
    expect(renew()).toBe(left);
  });

  test('as a saved plan it is refused in the same words, not called changed', async () => {
    await deploy('newer-plan', 'v1');
    await fixture.run('plan --release v2 --out plan.json');
    const { hash: _, ...plan } = JSON.parse(
      readFileSync(join(fixture.folder, 'plan.json'), 'utf8'),
    );
    for (const change of [{ v: 99 }, { needs: ['teleport'] }]) {
      const newer = { ...plan, ...change };
      fixture.write('plan.json', JSON.stringify({ ...newer, hash: hashOf(newer) }));
      const { code, stderr } = await fixture.run('deploy --plan plan.json');
      expect(code).toBe(1);
      expect(stderr).toContain('This plan was made by a newer deployctl');
    }
  });
});
