import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Holder } from '../../src/contract/index.ts';
import { thisMachine } from '../../src/host/identity.ts';
import { stateHome } from '../../src/lib/state-home.ts';

const MACHINE = resolve(import.meta.dirname, '../../src/host/identity.ts');
const here = thisMachine({ env: {} });
const self: Holder = { ...here.holder, nonce: 'n' };
const { namespace: _, ...older } = self;

const judged = (holder: Holder) => ({
  dead: here.provenDead(holder),
  alive: here.provenAlive(holder),
});
const UNKNOWN = { dead: false, alive: false };

test('a holder of these processes is alive while it runs', () => {
  expect(judged(self)).toEqual({ dead: false, alive: true });
});

test.each([
  ['whose number nobody has', { ...self, pid: 2 ** 22 + 1 }],
  ['whose number somebody else has', { ...self, started: '1' }],
])('one %s is dead', (_name, holder) => {
  expect(judged(holder)).toEqual({ dead: true, alive: false });
});

describe.each([
  ['running', self],
  ['gone', { ...self, pid: 2 ** 22 + 1 }],
])('of a holder that looks like one %s here, nothing is proven', (_name, holder) => {
  test.each([
    ['on another machine of the same name', { bootId: '3b2e6c1a-0000-4000-8000-000000000000' }],
    ['in another container of the same name', { namespace: 'pid:[1]' }],
    ['on a copy of this machine with another name', { host: 'another' }],
  ])('%s', (_place, difference) => {
    expect(judged({ ...holder, ...difference })).toEqual(UNKNOWN);
  });

  test('in a record that does not say which processes it counts among', () => {
    expect(judged({ ...older, pid: holder.pid })).toEqual(UNKNOWN);
  });
});

test('from inside a container nothing is proven about a holder outside, and the other way round', (context) => {
  const code = `
    const { thisMachine } = await import(${JSON.stringify(MACHINE)});
    const { holder, provenDead, provenAlive } = thisMachine({ env: {} });
    const outside = JSON.parse(process.argv[1]);
    console.log(JSON.stringify({ holder, dead: provenDead(outside), alive: provenAlive(outside) }));`;
  const { status, stdout } = spawnSync(
    'unshare',
    [
      '-p',
      '-f',
      '--mount-proc',
      process.execPath,
      '--input-type=module',
      '-e',
      code,
      JSON.stringify(self),
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) context.skip('no container can be made here');
  const { holder: inside, dead, alive } = JSON.parse(stdout) as { holder: Holder } & typeof UNKNOWN;
  expect({ dead, alive }).toEqual(UNKNOWN);
  expect({ host: inside.host, boot: inside.bootId }).toEqual({
    host: self.host,
    boot: self.bootId,
  });
  // Its process has ended by now, and its number is that of a process here: that says nothing.
  expect(judged(inside)).toEqual(UNKNOWN);
});

test.each([
  [{ XDG_STATE_HOME: '/state', HOME: '/home' }, '/state'],
  [{ XDG_STATE_HOME: 'state', HOME: '/home' }, '/home/.local/state'],
  [{ XDG_STATE_HOME: '', HOME: '/home' }, '/home/.local/state'],
  [{ HOME: '' }, join(userInfo().homedir, '.local/state')],
  [{ HOME: 'here' }, join(userInfo().homedir, '.local/state')],
  [{}, join(userInfo().homedir, '.local/state')],
])('with %j state is kept in a place that is the same from every folder', (env, place) => {
  expect(stateHome(env)).toBe(place);
});
