import {
  chmodSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logs } from '../../../providers/local/client/logs.ts';
import { down, up, wake } from '../../../providers/local/host.ts';
import { asking } from '../../helpers/calls.ts';
import { AS_ROOT, giveAway, isRoot, STRANGER } from '../../helpers/stranger.ts';
import { LocalFixture } from './fixture.ts';

const SECRET = 'correct horse battery staple';
const { signal } = new AbortController();

describe.runIf(isRoot)(`state below a folder of another user ${AS_ROOT}`, () => {
  let fixture: LocalFixture;
  let folder: string;
  let home: string;
  let server: Server | null = null;
  const heard: Buffer[] = [];

  beforeEach(async () => {
    fixture = await LocalFixture.open({ SECRET }, 'theirs');
    ({ folder, home } = fixture);
    chmodSync(folder, 0o755);
    mkdirSync(home, { recursive: true, mode: 0o755 });
  });
  afterEach(async () => {
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
    server = null;
    heard.length = 0;
    rmSync(join(folder, 'theirs'), { recursive: true, force: true });
    await fixture.close();
  });

  /** Answers all that is asked as a keeper would that has nothing to do. */
  async function listenFalsely(): Promise<void> {
    server = createServer((socket) => {
      socket.on('data', (chunk) => {
        heard.push(chunk);
        socket.end('HTTP/1.0 200 OK\r\n\r\n{}');
      });
    });
    await new Promise<void>((resolve) => server?.listen(join(home, 'control.sock'), resolve));
    giveAway(join(home, 'control.sock'));
  }

  async function calls(): Promise<Record<string, () => Promise<unknown>>> {
    const { connection, provider } = fixture;
    const env = { SECRET: { fromEnv: 'SECRET' } };
    const release = await fixture.release('v1', { env, replicas: 1 });
    const operation = { kind: 'start', release, capacity: 100, weights: [] } as const;
    const means = { env: fixture.surroundings.env };
    return {
      observe: () => provider.observe(),
      apply: () => fixture.send(operation),
      verify: () => provider.verify(operation, asking('test/1')),
      up: () => up(connection, means),
      wake: () => wake(connection, means),
      down: () => down(connection),
      logs: () => logs(connection, { follow: false, lines: 1, signal }, () => {}),
    };
  }

  const refusedAll = async (words: string) => {
    for (const [name, call] of Object.entries(await calls())) {
      await expect(call(), name).rejects.toMatchObject({
        failure: 'permanent',
        message: expect.stringContaining(words),
      });
    }
  };

  it.each(['theirs', 'theirs/deployctl', 'theirs/deployctl/local', 'theirs/deployctl/local/shop'])(
    'is not used, and a false keeper there hears nothing: %s',
    async (theirs) => {
      await listenFalsely();
      giveAway(join(folder, theirs));
      await refusedAll(`${join(folder, theirs)} belongs to another user (uid ${STRANGER})`);
      expect(Buffer.concat(heard).toString()).toBe('');
    },
  );

  it('is not used where only the false keeper’s socket is theirs', async () => {
    await listenFalsely();
    const { observe, apply } = await calls();
    await expect(observe?.()).rejects.toThrow(/control.sock belongs to another user/);
    await expect(apply?.()).rejects.toThrow(/control.sock belongs to another user/);
    expect(Buffer.concat(heard).toString()).toBe('');
  });

  it('is not used through a link of theirs, and what it leads to stays as it is', async () => {
    const ours = join(folder, 'ours');
    mkdirSync(ours, { mode: 0o755 });
    rmSync(home, { recursive: true });
    symlinkSync(ours, home);
    lchownSync(home, STRANGER, STRANGER);
    await refusedAll(`${home} belongs to another user`);
    giveAway(join(folder, 'theirs/deployctl/local'));
    await refusedAll('theirs/deployctl/local belongs to another user');
    expect(statSync(ours).mode & 0o777).toBe(0o755);
    expect(readdirSync(ours)).toEqual([]);
  });

  it('is not used where everybody writes, and what is recorded there is not run', async () => {
    const mark = join(folder, 'mark');
    const spec = { command: ['touch', mark], env: {}, replicas: 1, cwd: folder };
    const planted = { id: 'v0-00000000', version: 'v0', artifact: 'x', spec };
    writeFileSync(
      join(home, 'desired.json'),
      JSON.stringify({ releases: { [planted.id]: { release: planted, count: 1 } } }),
    );
    chmodSync(home, 0o777);
    await refusedAll(`${home} can be written by other users`);
    expect(readdirSync(folder)).not.toContain('mark');
  });
});

describe('a keeper', () => {
  let fixture: LocalFixture;
  afterEach(() => fixture.close());

  /** The names of all unix sockets that a process listens on. */
  const socketsOf = (pid: number) => {
    const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
    return readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , , , , inode = '', path]) => path && inodes.includes(inode))
      .map((fields) => fields[7] as string);
  };

  it.runIf(process.platform === 'linux')(
    'listens only inside its own folder, on no name that anybody could take first',
    async () => {
      fixture = await LocalFixture.open();
      await fixture.start(await fixture.release('v1', { replicas: 1 }));
      const { keeper } = (await fixture.status()).pids;
      const names = () => socketsOf(keeper);
      // The question just answered has a socket of its own for a moment.
      await expect
        .poll(
          () =>
            names()
              .map((name) => name.replace(/^.*\//, ''))
              .sort(),
          { timeout: 10_000 },
        )
        .toEqual(['control.sock', 'lock.1']);
      expect(names().every((name) => name.startsWith('/proc/self/fd/'))).toBe(true);
    },
  );
});
