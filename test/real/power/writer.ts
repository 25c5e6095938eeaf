import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Disk, realDisk } from '../../../stores/file/disk.ts';
import { createFileStore } from '../../../stores/file/index.ts';
import { recordOf } from './record.ts';

/**
 * A process of its own with some writers, each of whom has a log of its own and says at once what was
 * acknowledged, and when. The last word, `files` or `folders`, leaves out the sync of these.
 */
const [folder = '', name = '', writers = '1', unsynced = 'nothing'] = process.argv.slice(2);

const SIZES = [1, 40, 800, 4096, 60_000, 300_000];
const RECORDS_IN_A_LOG = 5;

const forgetful: Disk = {
  ...realDisk,
  open: async (path, flags, mode) => {
    const file = await open(path, flags, mode);
    const kind = (await file.stat()).isDirectory() ? 'folders' : 'files';
    if (kind === unsynced) file.sync = async () => {};
    return file;
  },
};

const store = createFileStore(folder, unsynced === 'nothing' ? realDisk : forgetful);
const below = (bound: number) => Math.floor(Math.random() * bound);

async function write(writer: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const target = `targets/${name}-${writer}-${Math.floor(turn / RECORDS_IN_A_LOG)}`;
    const key = `${target}/log/${String(turn).padStart(10, '0')}`;
    const value = recordOf(key, SIZES[below(SIZES.length)] as number);
    await store.create(key, value);
    writeSync(1, `${key} ${value.length} ${process.hrtime.bigint()}\n`);
    await store.put(`${target}/heartbeat`, recordOf(`${target}/heartbeat`, below(5000)));
    // As a deployment does, which acts after a record: another write at once would sync this one too.
    if (below(2)) await sleep(below(30));
  }
}

await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(writer)));
