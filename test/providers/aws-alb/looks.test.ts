import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Looks } from '../../../providers/aws-alb/looks.ts';
import type { AlbReading } from '../../../providers/aws-alb/reading.ts';

let looked = 0;
const look = async () => {
  looked += 1;
  return { rules: [], look: looked } as unknown as AlbReading;
};

test('whoever looks within a moment gets what was just read, its rules included', async () => {
  const looks = new Looks(600_000);
  const first = await looks.place(look);
  expect(await looks.place(look)).toBe(first);
  expect(await looks.rules(look)).toBe(first);
});

test('nobody relies on what was read before a write, nor while one was under way', async () => {
  const looks = new Looks(600_000);
  const first = await looks.place(look);
  looks.forget();
  const second = await looks.place(look);
  expect(second).not.toBe(first);
  looks.forget();
  const met = await looks.rules(async () => {
    const read = await look();
    looks.forget();
    return read;
  });
  expect(await looks.rules(look)).not.toBe(met);
});

test('what was read is good for half the time between two looks, at most', async () => {
  const looks = new Looks(20);
  const first = await looks.place(look);
  await pause(30);
  expect(await looks.place(look)).not.toBe(first);
});
