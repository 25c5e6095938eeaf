import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const KINDS = {
  ext4: { size: '256M', format: ['mkfs.ext4', '-q', '-F'] },
  xfs: { size: '320M', format: ['mkfs.xfs', '-q', '-f'] },
} as const;
export type Kind = keyof typeof KINDS;

/**
 * FS_IOC_SHUTDOWN without a flush of the log: from then on the file system writes nothing more to its
 * device, so that what was only in memory is lost, as when the power goes. The time is told because
 * processes live on here: a sync that is under way may then be answered although nothing was written.
 */
const CUT = `use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
  my $unflushed = pack("L", 2);
  open(my $disk, "<", $ARGV[0]) or die "open: $!";
  printf "%.0f", clock_gettime(CLOCK_MONOTONIC) * 1e9;
  ioctl($disk, 0x8004587d, $unflushed) or die "its power cannot be cut: $!";`;

const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const PREFIX = join(PLACE, 'deployctl-power-');

/** A file system of its own in a file, whose power can be cut. */
export class PowerDisk {
  readonly path: string;
  readonly #home: string;
  readonly #image: string;

  private constructor(home: string) {
    this.#home = home;
    this.#image = join(home, 'image');
    this.path = join(home, 'disk');
  }

  static async make(kind: Kind): Promise<PowerDisk> {
    await PowerDisk.#removeLeftovers();
    const disk = new PowerDisk(await mkdtemp(`${PREFIX}${process.pid}-`));
    try {
      await disk.#format(kind);
      await disk.#mount();
      return disk;
    } catch (error) {
      await disk.remove();
      throw error;
    }
  }

  /** Of runs that were killed before they could tidy up. */
  static async #removeLeftovers(): Promise<void> {
    for (const name of await readdir(PLACE)) {
      const [, pid] = /^deployctl-power-(\d+)-/.exec(name) ?? [];
      if (pid && !existsSync(`/proc/${pid}`)) await new PowerDisk(join(PLACE, name)).remove();
    }
  }

  /** Null where such a disk can be made and its power cut; otherwise why not. */
  static async whyNot(kind: Kind): Promise<string | null> {
    try {
      const disk = await PowerDisk.make(kind);
      await disk
        .cut()
        .then(() => disk.restore())
        .finally(() => disk.remove());
      return null;
    } catch (error) {
      return (error as Error).message.trim();
    }
  }

  /** Resolves to when it was, as `process.hrtime` counts. */
  async cut(): Promise<bigint> {
    const { stdout } = await run('perl', ['-e', CUT, this.path]);
    return BigInt(stdout);
  }

  /** The power is back. Every process that had a file open there must be gone. */
  async restore(): Promise<void> {
    await run('umount', [this.path]);
    // A container that was started meanwhile has a mount of its own of it, until it ends.
    while ((await this.#loops()).length > 0) await sleep(50);
    await this.#mount();
  }

  async remove(): Promise<void> {
    // A lazy one, so that nothing stays mounted even where a test left a process behind.
    await run('umount', ['--lazy', this.path]).catch(() => {});
    await this.#loops()
      .then((loops) => run('losetup', ['-d', ...loops]))
      .catch(() => {});
    await rm(this.#home, { recursive: true, force: true });
  }

  async #loops(): Promise<string[]> {
    const { stdout } = await run('losetup', ['-n', '-O', 'NAME', '-j', this.#image]);
    return stdout.split('\n').filter(Boolean);
  }

  async #format(kind: Kind): Promise<void> {
    const [command, ...options] = KINDS[kind].format;
    await mkdir(this.path);
    await run('truncate', ['-s', KINDS[kind].size, this.#image]);
    await run(command, [...options, this.#image]);
  }

  async #mount(): Promise<void> {
    await run('mount', ['-o', 'loop', this.#image, this.path]);
  }
}
