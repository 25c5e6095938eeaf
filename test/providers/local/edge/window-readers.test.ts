import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Windows } from '../../../../providers/local/edge/count-windows.ts';
import { metricsServer } from '../../../../providers/local/edge/metrics.ts';
import { Readers } from '../../../../providers/local/edge/window-readers.ts';
import { mulberry } from '../../../helpers/mulberry.ts';
import { EdgeFixture } from './fixture.ts';
import { answering, listening, OK } from './wire.ts';

describe('who asks for one window after the other', () => {
  it.each([100, 200, 250, 400, 5000])(
    'is told of each request once although its timer wavers, at %i ms',
    (span) => {
      const windows = new Windows();
      const readers = new Readers();
      const random = mulberry(span);
      let [sent, told, now, began] = [0, 0, 0, 0];
      for (let due = span; due < 40_000; due += span) {
        const asks = due + (random() - 0.5) * 0.4 * Math.min(span, 200);
        for (; now < asks; now += random() * 9) {
          windows.record(now, 1, false);
          if (due > span) sent++;
        }
        const window = readers.next('gate', asks, { span, age: 0 });
        if (due === span) began = Math.floor(asks);
        else told += windows.read(asks, window).total;
      }
      // The millisecond in which a window ends belongs to the next one.
      expect(Math.abs(told - sent)).toBeLessThanOrEqual(2);
      const whole = windows.read(now + 1, { span: Math.floor(now + 1) - began, age: 0 });
      expect(Math.abs(whole.total - told)).toBeLessThanOrEqual(2);
    },
  );

  it('is told of each request once by the running servers too', async () => {
    // A quarter of it is what a reader may be late by, on a busy machine too.
    const span = 2000;
    const fixture = await EdgeFixture.open(await answering(OK));
    const numbers = metricsServer(fixture.tallies, fixture.board);
    const port = await listening(numbers);
    const read = async (): Promise<number> => {
      const url = `http://127.0.0.1:${port}/counts?reader=me&span=${span}&age=0`;
      const { releases } = (await (await fetch(url)).json()) as {
        releases: Record<string, { total: number }>;
      };
      return releases.a?.total ?? 0;
    };
    try {
      await read();
      let told = 0;
      for (let round = 0; round < 3; round++) {
        await Promise.all([
          pause(span),
          ...Array.from({ length: 4 }, () => fetch(`http://127.0.0.1:${fixture.port}/`)),
        ]);
        told += await read();
      }
      expect(told).toBe(12);
    } finally {
      numbers.closeAllConnections();
      numbers.close();
      await fixture.close();
    }
  });

  it('is told the window it asked for when that is another one', () => {
    const readers = new Readers();
    const asked = { span: 1000, age: 0 };
    expect(readers.next('gate', 5000, asked)).toEqual(asked);
    expect(readers.next('gate', 9000, asked)).toEqual(asked);
    expect(readers.next('gate', 9200, asked)).toEqual(asked);
    expect(readers.next('other', 9300, asked)).toEqual(asked);
  });

  it('is told nothing of the time before the traffic was shared out anew', () => {
    const readers = new Readers();
    const asked = { span: 1000, age: 0 };
    readers.next('gate', 5000, asked);
    expect(readers.next('gate', 6100, asked).span).toBe(1100);
    readers.changed(6120);
    expect(readers.next('gate', 7180, asked).span).toBe(1000);
  });
});

describe('who reads the metrics', () => {
  it('finds in the histogram each request that was answered, and no other', async () => {
    const fixture = await EdgeFixture.open(await answering(OK));
    const numbers = metricsServer(fixture.tallies, fixture.board);
    const port = await listening(numbers);
    try {
      for (let sent = 0; sent < 3; sent++) await fetch(`http://127.0.0.1:${fixture.port}/`);
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const value = (of: string) =>
        new RegExp(`^deployctl_edge_request_seconds_${of} (.*)$`, 'm').exec(text)?.[1];
      expect(value('count{release="a"}')).toBe('3');
      expect(value('bucket{.*le="\\+Inf".*}')).toBe('3');
      expect(Number(value('sum{release="a"}'))).toBeGreaterThan(0);
    } finally {
      numbers.closeAllConnections();
      numbers.close();
      await fixture.close();
    }
  });
});
