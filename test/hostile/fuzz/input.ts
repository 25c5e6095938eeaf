import { Chance } from '../../simulation/chance.ts';
import { BOMBS } from './bombs.ts';
import { type Data, type Pair, type Style, write } from './data.ts';
import { Grammar } from './grammar.ts';
import { changed, changedBytes, changedLines } from './mutate.ts';
import { KEYS, TEXTS } from './nasty.ts';
import { SAMPLES } from './samples.ts';

/** One config and what is said about it on the command line. */
export interface Input {
  readonly kind: string;
  readonly file: string;
  readonly bytes: Buffer;
  readonly flags: Flags;
}

interface Flags {
  readonly environment?: string;
  readonly release?: string;
  readonly strategy?: string;
  readonly set?: readonly string[];
}

/** One in so many is a bomb: they are the slow ones. */
const BOMBS_OF = 2000;

/** The same seed gives the same input, on any machine. */
export function inputOf(seed: number): Input {
  const chance = new Chance(seed);
  const file = chance.hits(0.9)
    ? 'deploy.config.yaml'
    : chance.one(['deploy.config.json', 'package.json']);
  if (chance.hits(1 / BOMBS_OF)) return bomb(chance.one(Object.keys(BOMBS)));
  const kind = chance.one(Object.keys(KINDS));
  const bytes = (KINDS[kind] as Kind)(chance, file !== 'deploy.config.yaml');
  return { kind, file, bytes, flags: flagsOf(chance) };
}

export function bomb(name: string): Input {
  const bytes = Buffer.from((BOMBS[name] as () => string)());
  return { kind: `bomb: ${name}`, file: 'deploy.config.yaml', bytes, flags: {} };
}

type Kind = (chance: Chance, isJson: boolean) => Buffer;

const KINDS: Readonly<Record<string, Kind>> = {
  grammar: (chance, isJson) => {
    const grammar = new Grammar(chance, chance.one([0, 0.003, 0.02]));
    return Buffer.from(textOf(grammar.config(), chance, isJson));
  },
  structure: (chance, isJson) => {
    const grammar = new Grammar(chance, 0.02);
    let data = chance.one(SAMPLES).data;
    for (let count = chance.whole(1, 3); count > 0; count--) data = changed(data, chance, grammar);
    return Buffer.from(textOf(data, chance, isJson));
  },
  lines: (chance) => {
    let { text } = chance.one(SAMPLES);
    for (let count = chance.whole(1, 3); count > 0; count--) text = changedLines(text, chance);
    return Buffer.from(text);
  },
  bytes: (chance) => {
    let bytes: Buffer = Buffer.from(chance.one(SAMPLES).text);
    for (let count = chance.whole(1, 2); count > 0; count--) bytes = changedBytes(bytes, chance);
    return bytes;
  },
};

const STYLES: readonly Style[] = ['json', 'flow', 'block'];

function textOf(data: Data, chance: Chance, isJson: boolean): string {
  const whole = isJson ? { pairs: [['deploy', data] as Pair] } : data;
  return write(chance.hits(0.9) ? whole : data, isJson ? 'json' : chance.one(STYLES));
}

function flagsOf(chance: Chance): Flags {
  if (chance.hits(0.8)) return {};
  const value = () => chance.one(TEXTS);
  return {
    ...(chance.hits(0.3) && { environment: chance.one(['staging', 'production', ...KEYS]) }),
    ...(chance.hits(0.3) && { release: value() }),
    ...(chance.hits(0.3) && { strategy: chance.one(['rolling', 'blue-green', ...KEYS]) }),
    ...(chance.hits(0.5) && { set: [`${chance.one(PATHS)}=${value()}`] }),
  };
}

const PATHS = [
  'canary.bake.duration',
  'canary.stages.0.weight',
  'canary.stages.__proto__',
  '__proto__.polluted',
  'constructor.prototype.polluted',
  'provider.local.edge.port',
  'gates.errors',
  'service',
  'a'.repeat(1000),
  ...KEYS,
];
