import type { IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LoadSettings } from '../../../gates/load/settings.ts';
import { createLoadSource } from '../../../gates/load/source.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { asking, clock, nowhere, sender, serve, to, until } from '../kit/rig.ts';

const SETTINGS: LoadSettings = {
  rate: 100,
  path: '/',
  method: 'GET',
  headers: {},
  to: 'public',
  concurrency: 128,
  maxDuration: 60_000,
};

interface Opened {
  readonly address: string;
  readonly settings?: Partial<LoadSettings>;
  readonly by?: Clock;
  readonly signal?: AbortSignal;
}

async function open({ address, settings = {}, by = clock, signal }: Opened) {
  const source = createLoadSource({ ...sender, clock: by });
  const asked = asking(
    { ...SETTINGS, ...settings },
    {
      reach: (wanted) => to(wanted === 'service' ? address : `${address}/candidate`)(),
      ...(signal ? { signal } : {}),
    },
  );
  const stop = await source.begin(asked);
  onTestFinished(stop);
  const measure = (span = 60_000, age = 0) =>
    source.measure({
      ...asked,
      signal: new AbortController().signal,
      window: { from: 0, to: 0, span, age },
    });
  return { source, stop, measure };
}

/** Runs so many times as fast. */
const fast = (factor: number): Clock => ({
  wall: () => clock.wall() * factor,
  monotonic: () => clock.monotonic() * factor,
  after: (ms, ring) => clock.after(ms / factor, ring),
  sleep: (ms, signal) => clock.sleep(ms / factor, signal),
});

describe('the load', () => {
  it('sends requests at its rate, marked as its own', async () => {
    const seen: IncomingMessage[] = [];
    const address = await serve((request, response) => {
      seen.push(request);
      response.end('ok');
    });
    const { measure, stop } = await open({
      address,
      settings: { path: '/p', headers: { 'x-a': '1' } },
    });
    const began = performance.now();
    await until(() => seen.length >= 30);
    const took = performance.now() - began;
    const measurement = await measure();
    await stop();
    expect(took).toBeGreaterThan(200);
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: '/p',
      headers: { 'x-deployctl-load': 'd1', 'x-a': '1' },
    });
    expect(measurement).toMatchObject({
      kind: 'ok',
      unit: 'ratio',
      candidate: { value: 0, bad: 0 },
    });
    expect(measurement.candidate?.samples).toBeGreaterThan(20);
  });

  it('counts 5xx and cut connections as bad, and 4xx not', async () => {
    let count = 0;
    const address = await serve((request, response) => {
      count++;
      if (count % 4 === 0) request.socket.destroy();
      else response.writeHead(count % 4 === 1 ? 503 : 404).end();
    });
    const { measure } = await open({ address });
    await until(() => count >= 40);
    expect((await measure()).candidate?.value).toBeCloseTo(0.5, 1);
  });

  it('can address the candidate alone', async () => {
    const paths = new Set<string | undefined>();
    const address = await serve((request, response) => {
      paths.add(request.url);
      response.end();
    });
    await open({ address, settings: { to: 'candidate', path: '/x' } });
    await until(() => paths.size > 0);
    expect([...paths]).toEqual(['/candidate/x']);
  });

  it('counts only what ended inside the window', async () => {
    const address = await serve((_, response) => response.end());
    const { measure } = await open({ address });
    await until(async () => ((await measure(60_000, 200)).candidate?.total ?? 0) > 5);
    const [all, early] = [await measure(), await measure(60_000, 200)];
    expect(early.candidate?.total).toBeGreaterThan(0);
    expect(early.candidate?.total).toBeLessThan(all.candidate?.total ?? 0);
  });

  it('measures a stall from when requests were due', async () => {
    let begun = 0;
    const address = await serve((_, response) => {
      begun ||= performance.now();
      setTimeout(() => response.end(), Math.max(0, 200 - (performance.now() - begun)));
    });
    const { measure } = await open({ address });
    await until(async () => ((await measure()).candidate?.samples ?? 0) > 10);
    const { detail } = await measure();
    expect(Number(/p99 (\d+) ms/.exec(detail)?.[1])).toBeGreaterThan(150);
  });

  it('drops what finds no place, and says that its rate was not kept', async () => {
    const address = await serve((_, response) => setTimeout(() => response.end(), 100));
    const { measure } = await open({ address, settings: { concurrency: 1 } });
    await until(async () => (await measure()).kind === 'partial');
    const measurement = await measure();
    expect(measurement.detail).toMatch(/^\d+ of \d+ requests dropped/);
  });

  it.each(['stop', 'abort'] as const)('ends at once on %s', async (how) => {
    let count = 0;
    const address = await serve(() => {
      count++;
    });
    const abort = new AbortController();
    const { stop } = await open({ address, signal: abort.signal });
    await until(() => count > 3);
    const began = performance.now();
    if (how === 'stop') await stop();
    else abort.abort();
    await clock.sleep(20);
    const sent = count;
    await clock.sleep(60);
    expect(count).toBe(sent);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('does not hammer a service that is gone', async () => {
    const settings = { rate: 10 };
    const { measure } = await open({ address: await nowhere(), by: fast(10), settings });
    await until(async () => (await measure(500)).candidate?.value === 1);
    await until(async () => (await measure(500_000)).detail.endsWith('most connections failed'));
    const { kind, detail } = await measure(500_000);
    await clock.sleep(100);
    expect(await measure(500_000)).toMatchObject({ kind, detail });
  });

  it('ends after its longest time', async () => {
    let count = 0;
    const address = await serve((_, response) => {
      count++;
      response.end();
    });
    await open({ address, settings: { maxDuration: 100 } });
    await until(() => count >= 10);
    await clock.sleep(100);
    expect(count).toBe(10);
  });

  it.each<[string, Partial<LoadSettings>, RegExp]>([
    ['a rate above 500/s', { rate: 501 }, /at most 500/],
    ['a method that changes something', { method: 'POST' as never }, /POST may change something/],
  ])('refuses %s', async (_, settings, detail) => {
    const { measure } = await open({ address: await nowhere(), settings });
    const measurement = await measure();
    expect(measurement.kind).toBe('sourceError');
    expect(measurement.detail).toMatch(detail);
  });

  it('has no data when it was not begun, or no longer runs', async () => {
    const address = await serve((_, response) => response.end());
    const { source, stop, measure } = await open({ address });
    expect((await source.measure(asking({ ...SETTINGS, rate: 7 }))).kind).toBe('noData');
    await stop();
    expect((await measure()).kind).toBe('noData');
  });
});
