import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  connectPrivate,
  listenPrivate,
  type PrivateSocketDoor,
  type SocketPlace,
} from '../../../src/lib/safe-files/private-socket.ts';
import { AS_ROOT, giveAway, isRoot } from '../../helpers/stranger.ts';

let root: string;
let server: Server;
const doors: PrivateSocketDoor[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'deployctl-socket-'));
  server = createServer((socket) => socket.end('hello'));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  for (const door of doors.splice(0)) door.remove();
  rmSync(root, { recursive: true, force: true });
});

async function listen(place: SocketPlace, by = server): Promise<PrivateSocketDoor> {
  const door = await listenPrivate(by, place);
  doors.push(door);
  return door;
}

const LONG = 'a-long-name-'.repeat(9);

/** By a descriptor, by a path, and by a path that is too long for a socket. */
describe.each([
  { below: 'short', plain: false },
  { below: LONG, plain: false },
  { below: 'short', plain: true },
  { below: LONG, plain: true },
])('a socket in a private folder, $below, plain: $plain', ({ below, plain }) => {
  let place: SocketPlace;
  beforeEach(() => {
    place = { folder: join(root, below), name: 'control.sock', manner: { plain } };
    mkdirSync(place.folder, { mode: 0o700 });
  });

  it('is found, for its owner only, until it is removed', async () => {
    const door = await listen(place);
    expect(await text(connectPrivate(place))).toBe('hello');
    expect(door.isThere()).toBe(true);
    door.remove();
    expect(door.isThere()).toBe(false);
    expect(() => connectPrivate(place)).toThrow(/ENOENT/);
  });

  it('takes the place of one that a dead process left', async () => {
    writeFileSync(join(place.folder, place.name), '');
    await listen(place);
    expect(await text(connectPrivate(place))).toBe('hello');
  });

  it('is neither made nor asked where others may write', async () => {
    await listen(place);
    chmodSync(root, 0o777);
    expect(() => connectPrivate(place)).toThrow(/can be written by other users/);
    const another = createServer();
    await expect(listenPrivate(another, place)).rejects.toThrow(/can be written by other users/);
  });

  it('can be connected to any number of times', async () => {
    await listen(place);
    for (let n = 0; n < 50; n++) expect(await text(connectPrivate(place))).toBe('hello');
  });
});

describe('where the path is too long for a socket', () => {
  const place = () => ({ folder: join(root, LONG), name: 'a.sock', manner: { plain: true } });
  const other = () => readFileSync(join(root, LONG, 'a.sock.at'), 'utf8');

  it('another private folder is taken, whose name nobody can foresee', async () => {
    mkdirSync(place().folder, { mode: 0o700 });
    await listen(place());
    const first = other();
    expect(statSync(first).mode & 0o777).toBe(0o700);
    const second = createServer((socket) => socket.end('again'));
    await listen(place(), second);
    expect(other()).not.toBe(first);
    expect(dirname(other())).toBe(dirname(first));
    expect(await text(connectPrivate(place()))).toBe('again');
    await new Promise((resolve) => second.close(resolve));
  });

  it.runIf(isRoot)(`one that became another user’s is not asked ${AS_ROOT}`, async () => {
    mkdirSync(place().folder, { mode: 0o700 });
    await listen(place());
    giveAway(other());
    expect(() => connectPrivate(place())).toThrow(/belongs to another user/);
    expect(existsSync(join(root, LONG, 'a.sock'))).toBe(false);
  });
});
