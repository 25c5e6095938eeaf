import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/contract/index.ts';
import { createFileStore } from '../../../stores/file/index.ts';
import { type Kind, PowerDisk } from './disk.ts';
import { isWhole } from './record.ts';

/** Ms; a loaded machine takes its time to mount. */
const PATIENCE = 600_000;

const KINDS: readonly Kind[] = ['ext4', 'xfs'];
const CUTS = 50;
/** Cuts until one hits the moment between a name and its sync; of some runs of fifty none did. */
const MOST_CUTS = 500;
const WRITER = join(import.meta.dirname, 'writer.ts');

interface Acknowledged {
  readonly key: string;
  readonly length: number;
}

/** Writers at work, a power cut at any moment, and what they had been told was safe by then. */
async function writeUntilCut(disk: PowerDisk, ...args: string[]): Promise<Acknowledged[]> {
  const writer = spawn(process.execPath, [WRITER, join(disk.path, 'journal'), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const told = text(writer.stdout);
    await once(writer.stdout, 'readable');
    await sleep(Math.random() * 200);
    const cut = await disk.cut();
    writer.kill('SIGKILL');
    const lines = (await told).split('\n').slice(0, -1);
    return lines.flatMap((line) => {
      const [key = '', length, at = ''] = line.split(' ');
      if (process.env.LATE ? BigInt(at) < cut - 1000n : BigInt(at) >= cut) return [];
      return { key, length: Number(length) };
    });
  } finally {
    writer.kill('SIGKILL');
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
    await disk.restore();
  }
}

async function lost(store: Store, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const missing: string[] = [];
  for (const { key, length } of acknowledged) {
    const value = await store.get(key);
    if (value?.length !== length || !isWhole(key, value)) missing.push(key);
  }
  return missing;
}

/** Of all that is there, acknowledged or not, what is not as anybody wrote it. */
async function torn(store: Store): Promise<string[]> {
  const found: string[] = [];
  for (const target of await store.list('targets')) {
    const records = await store.list(`targets/${target}/log`);
    for (const name of [...records.map((record) => `log/${record}`), 'heartbeat']) {
      const key = `targets/${target}/${name}`;
      const value = await store.get(key);
      if (value !== null && !isWhole(key, value)) found.push(key);
    }
  }
  return found;
}

describe.each(KINDS)('on %s', { timeout: PATIENCE }, (kind) => {
  let disk: PowerDisk;
  let store: Store;
  let whyNot: string | null = null;

  beforeAll(async () => {
    whyNot = await PowerDisk.whyNot(kind);
    if (whyNot) return;
    disk = await PowerDisk.make(kind);
    store = createFileStore(join(disk.path, 'journal'));
  });
  afterAll(() => disk?.remove());

  beforeEach(({ skip }) => {
    if (whyNot) skip(`no ${kind} whose power can be cut: ${whyNot}`);
  });

  test(`${CUTS} power cuts lose nothing that was acknowledged, and tear nothing`, async () => {
    const all: Acknowledged[] = [];
    for (let cut = 1; cut <= CUTS; cut++) {
      const latest = await writeUntilCut(disk, `cut-${cut}`, '4');
      expect(await lost(store, latest), `after cut ${cut}`).toEqual([]);
      all.push(...latest);
    }
    expect(await lost(store, all)).toEqual([]);
    expect(await torn(store)).toEqual([]);
    console.log(`${kind}: ${CUTS} power cuts, ${all.length} records acknowledged, none lost`);
  });

  test.each(['files', 'folders'])('records are lost where %s are not synced', async (unsynced) => {
    let cuts = 0;
    let losses = 0;
    while (losses === 0 && cuts < MOST_CUTS) {
      cuts += 1;
      const latest = await writeUntilCut(disk, `${unsynced}-${cuts}`, '1', unsynced);
      losses = (await lost(store, latest)).length;
    }
    console.log(`${kind}: without the sync of ${unsynced}, cut ${cuts} lost ${losses} records`);
    expect(losses).toBeGreaterThan(0);
  });
});
