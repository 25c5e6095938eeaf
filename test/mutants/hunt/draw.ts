import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mulberry } from '../../helpers/mulberry.ts';
import { type Slip, slipsIn } from './slips.ts';

const ROOT = join(import.meta.dirname, '../../..');
const HUNTED = '{src,strategies,gates,stores,reporters,providers}/**/*.ts';

export interface Mistake extends Slip {
  readonly file: string;
  /** Which of those drawn it is. */
  readonly number: number;
  /** File, line and change. */
  readonly words: string;
}

/** The same mistakes for the same seed and the same sources, none twice. */
export function draw(beginning: string, count: number, seed: number): Mistake[] {
  const chance = mulberry(seed);
  const files = globSync(HUNTED, { cwd: ROOT }).filter((file) => file.startsWith(beginning));
  const all = files.sort().flatMap(mistakesIn);
  const drawn: Place[] = [];
  while (drawn.length < count && all.length > 0)
    drawn.push(...all.splice(Math.floor(chance() * all.length), 1));
  return drawn.map((place, at) => ({ ...place, number: at + 1, words: told(place, at + 1) }));
}

type Place = Slip & { readonly file: string };

function mistakesIn(file: string): Place[] {
  return slipsIn(file, sourceOf(file)).map((slip) => ({ ...slip, file }));
}

const sourceOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

function told({ file, start, end, replace }: Place, number: number): string {
  const source = sourceOf(file);
  const line = source.slice(0, start).split('\n').length;
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const to = source.indexOf('\n', end);
  const sound = source.slice(from, to);
  const changed = source.slice(from, start) + replace + source.slice(end, to);
  return `  ${number}. ${file}:${line}\n    - ${inOneLine(sound)}\n    + ${inOneLine(changed)}`;
}

const inOneLine = (text: string) => text.trim().replace(/\s+/g, ' ').slice(0, 200);
