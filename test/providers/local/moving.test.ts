import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Release } from '../../../src/contract/index.ts';
import { freePort } from '../../helpers/free-port.ts';
import { LocalFixture, until } from './fixture.ts';

describe('a service whose config names another port', () => {
  let fixture: LocalFixture;
  const at = (port: number) => ({
    replicas: 1,
    edge: { host: '127.0.0.1', port, metricsPort: 0, sticky: null },
  });
  const refusals = async (release: Release) => {
    const start = { kind: 'start', release, capacity: 100, weights: [] } as const;
    const before = { releases: [], live: null } as never;
    return (await fixture.provider.review?.([start], before))?.refusals;
  };

  beforeEach(async () => {
    fixture = await LocalFixture.open();
  });
  afterEach(() => fixture.close());

  it('is refused before anything is written while it serves, with a way that keeps serving', async () => {
    const [first, second] = [await freePort(), await freePort()];
    await fixture.serve('v1', at(first));
    const [words, ...more] = (await refusals(await fixture.release('v2', at(second)))) ?? [];
    expect(words).toContain(`edge.port ${first} and cannot move to ${second} without an outage`);
    expect(words).toContain(`Keep edge.port ${first} here; or deploy this config under another`);
    expect(more).toEqual([]);
    expect(await refusals(await fixture.release('v2', at(first)))).toEqual([]);
    expect(await refusals(await fixture.release('v2', at(0)))).toEqual([]);
    expect((await fetch(`http://127.0.0.1:${first}/`)).status).toBe(200);
  });

  it('stays where its users are when a release of before, recorded with another port, comes back', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const old = await fixture.release('v1', at(first));
    const v2 = await fixture.serve('v2', at(second));
    expect(await refusals(old)).toEqual([expect.stringContaining('a rollback stays there')]);
    expect(await fixture.start(old)).toMatchObject({ state: 'done' });
    await fixture.route({ [v2.id]: 0, [old.id]: 100 });
    await fixture.make({ kind: 'promote', release: old.id });
    expect(await fixture.make({ kind: 'retire', release: v2.id, keeps: old.id })).toMatchObject({
      state: 'done',
    });
    expect(await fixture.url()).toBe(`http://127.0.0.1:${second}`);
    expect((await fetch(`http://127.0.0.1:${second}/`)).status).toBe(200);
  });

  it('gives its port back after a first deployment that failed, and takes it again for the next', async () => {
    const port = await freePort();
    const failed = await fixture.release('v1', at(port));
    await fixture.start(failed);
    const retire = { kind: 'retire', release: failed.id, keeps: null } as const;
    const key = await fixture.send(retire);
    expect(await fixture.settled(retire, key)).toMatchObject({ state: 'done' });
    const { keeper, edge } = (await fixture.status()).pids;
    expect(fixture.living()).toEqual(expect.arrayContaining([keeper, edge]));
    await until('nothing of it runs', () => fixture.living().length === 0);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(await fixture.settled(retire, key)).toMatchObject({ state: 'done' });
    expect(await fixture.provider.observe()).toMatchObject({ live: null, releases: [] });
    await fixture.serve('v2', at(port));
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it('moves after a first deployment that failed', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const failed = await fixture.release('v1', at(first));
    await fixture.start(failed);
    await fixture.make({ kind: 'retire', release: failed.id, keeps: null });
    expect(await refusals(await fixture.release('v2', at(second)))).toEqual([]);
    await fixture.serve('v2', at(second));
    expect((await fetch(`http://127.0.0.1:${second}/`)).status).toBe(200);
    await expect(fetch(`http://127.0.0.1:${first}/`)).rejects.toThrow();
    const { edge, keeper } = (await fixture.status()).pids;
    process.kill(edge as number, 'SIGKILL');
    await expect
      .poll(async () => (await fixture.status()).pids.edge, { timeout: 30_000 })
      .not.toBe(edge);
    expect((await fetch(`http://127.0.0.1:${second}/`)).status).toBe(200);
    expect((await fixture.status()).pids.keeper).toBe(keeper);
  });

  it('is refused before anything starts where somebody else listens there, until he has gone', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const release = await fixture.release('v1', at(port));
    expect(await refusals(release)).toEqual([
      expect.stringMatching(`^port ${port} is in use by pid ${process.pid} .*; stop that, or give`),
    ]);
    other.close();
    await once(other, 'close');
    expect(await refusals(release)).toEqual([]);
    await fixture.serve('v1', at(port));
    expect(await refusals(await fixture.release('v2', at(port)))).toEqual([]);
  });
});
