import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { releaseFolder, replicaFiles } from '../../../../providers/local/home/folder.ts';
import {
  type ProcessMark,
  stillRuns,
} from '../../../../providers/local/machine/process-identity.ts';
import { begin, type Life } from '../../../../providers/local/replica/process.ts';
import {
  endStray,
  type ReplicaRecord,
  survivors,
  takeSurvivors,
  writeRecord,
} from '../../../../providers/local/replica/record.ts';
import { readOrNull } from '../../../../src/lib/process-life.ts';
import { endProcess } from '../../../helpers/end-process.ts';
import { until } from '../fixture.ts';

const home = mkdtempSync(join(tmpdir(), 'deployctl-records-'));
const folder = releaseFolder(home, 'v1');
const lives: Life[] = [];
afterEach(() => {
  for (const { mark } of lives.splice(0)) if (mark && stillRuns(mark)) endProcess(mark.pid);
  rmSync(folder, { recursive: true, force: true });
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const DEAF = "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)";

function spawnOne(token: string, script = 'setInterval(() => {}, 1000)') {
  mkdirSync(folder, { recursive: true });
  const life = begin({
    command: [process.execPath, '-e', script],
    cwd: home,
    env: { DEPLOYCTL_TOKEN: token },
    log: join(folder, 'replica-1.log'),
    token,
  });
  lives.push(life);
  return { life, mark: life.mark as ProcessMark };
}

const recordOf = (mark: ProcessMark, over: Partial<ReplicaRecord> = {}): ReplicaRecord => ({
  ...{ release: 'v1', n: 1, port: 1, restarts: 0, kill: 100 },
  ...mark,
  ...over,
});

it('a replica is found by its record, also by one that was never completed', async () => {
  const { mark } = spawnOne('token-1');
  writeRecord(home, recordOf(mark));
  await until('it is found', () => survivors(home).length === 1);
  expect(survivors(home)[0]?.mark).toEqual(mark);
  for (const unknown of [{ pid: null, started: null }, { started: null }]) {
    writeRecord(home, recordOf(mark, unknown));
    expect(takeSurvivors(home)[0]?.mark).toEqual(mark);
  }
});

it('a process with the pid of a replica and not its token is none, and the record is dropped', async () => {
  const { mark } = spawnOne('token-2');
  writeRecord(home, recordOf(mark));
  await until('it is found', () => survivors(home).length === 1);
  writeRecord(home, recordOf(mark, { token: 'another' }));
  expect(survivors(home)).toEqual([]);
  expect(replicaFiles(home, 'json')).toHaveLength(1);
  expect(takeSurvivors(home)).toEqual([]);
  expect(replicaFiles(home, 'json')).toEqual([]);
});

it('one that nobody wants is killed when it does not end by itself in time', async () => {
  const { mark, life } = spawnOne('token-3', DEAF);
  const record = recordOf(mark);
  writeRecord(home, record);
  await until('it is deaf', () => readOrNull(join(folder, 'replica-1.log'))?.includes('deaf'));
  await endStray(home, record, mark);
  expect(await life.ended).toMatchObject({ words: 'was ended by SIGKILL' });
  expect(replicaFiles(home, 'json')).toEqual([]);
});
