import { expect, test, vi } from 'vitest';
import { closeAll, fanOut } from '../../../reporters/kit/emit.ts';
import { writerTo } from '../../../reporters/kit/output.ts';
import type { DeployEvent, Reporter } from '../../../src/contract/index.ts';
import { succeeded } from './story.ts';

const { events } = succeeded();

function broken(): Reporter & { calls: number } {
  return {
    calls: 0,
    report() {
      this.calls += 1;
      throw new Error('broken');
    },
  };
}

test('a reporter that throws is switched off with one notice, and the others hear everything', () => {
  const heard: DeployEvent[] = [];
  const bad = broken();
  const onBroken = vi.fn();
  const emit = fanOut([bad, { report: (event) => heard.push(event) }], onBroken);
  for (const event of events) emit(event);
  expect(heard).toEqual(events);
  expect(bad.calls).toBe(1);
  expect(onBroken).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ message: 'broken' }),
    bad,
  );
});

test('one that fails later, as a promise, is switched off as well', async () => {
  const report = vi.fn(async () => {
    throw new Error('later');
  });
  const onBroken = vi.fn();
  const emit = fanOut([{ report }], onBroken);
  for (const event of events) {
    emit(event);
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(onBroken).toHaveBeenCalledOnce();
  expect(report.mock.calls.length).toBeLessThan(events.length);
});

test('a notice that fails ends nothing either', () => {
  const emit = fanOut([broken()], () => {
    throw new Error('no stderr');
  });
  expect(() => events.forEach(emit)).not.toThrow();
});

test('all are closed, also the broken ones, and a failure to close stops none of the others', async () => {
  const close = vi.fn();
  const onBroken = vi.fn();
  const failing: Reporter = { report() {}, close: () => Promise.reject(new Error('full')) };
  await closeAll([failing, { ...broken(), close }], onBroken);
  expect(close).toHaveBeenCalledOnce();
  expect(onBroken).toHaveBeenCalledOnce();
});

test('one that is never done with closing is not waited for, and the others are closed', async () => {
  vi.useFakeTimers();
  const close = vi.fn();
  const onBroken = vi.fn();
  const stuck: Reporter = { report() {}, close: () => new Promise(() => {}) };
  const closed = closeAll([stuck, { report() {}, close }], onBroken);
  await vi.advanceTimersByTimeAsync(5000);
  await closed;
  vi.useRealTimers();
  expect(close).toHaveBeenCalledOnce();
  expect(onBroken).toHaveBeenCalledOnce();
});

test('a stream that breaks is left alone from then on, and its error is caught', () => {
  const listeners: ((error: Error) => void)[] = [];
  const write = vi.fn();
  const say = writerTo({ write, on: (_event, listener) => listeners.push(listener) });
  say('one');
  for (const listener of listeners) listener(new Error('write EPIPE'));
  say('two');
  expect(write.mock.calls).toEqual([['one']]);
});
