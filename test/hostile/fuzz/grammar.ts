import { ownVocabulary } from '../../../src/compose/reference.ts';
import { editorSchema, type Node } from '../../../src/config/schema/editor.ts';
import type { Chance } from '../../simulation/chance.ts';
import { type Data, isPairs, type Pair } from './data.ts';
import { KEYS, TEXTS, TOKENS, VALUES } from './nasty.ts';

const SCHEMA = editorSchema(await ownVocabulary());
const PARTS = SCHEMA.definitions as Readonly<Record<string, Node>>;

/** Text that fits one form or another; a schema's pattern chooses among them. */
const FITTING = [
  'shop',
  'errors',
  'alive',
  'v1.2.3',
  '5%',
  '100%',
  '0s',
  '1s',
  '30s',
  '5m',
  '10MB',
  '512KiB',
  '/',
  '/healthz',
  'http://127.0.0.1/x',
  '127.0.0.1',
  'node',
  'PORT',
  'KEY',
  './x.mjs',
  'x-preview',
];
/** Allowed in every config that has no fault of its own. */
const VARIABLE = `\${env.X:-5}`;
/** Names that gates are both given and called by, so that some of them meet. */
const NAMES = ['errors', 'alive', 'toString', 'valueOf', 'isPrototypeOf'];
const NAMED: Node = { pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$' };
const NAMED_BY_USER = /^\^\[A-Za-z0-9\]\[A-Za-z0-9_-\]\{0,62\}\$/;

/** A section of which a config names one entry, whatever the schema for editors can say: the provider. */
const SOLE = 'local';
/** Of what may be left out, so much is there. */
const SHARE = 0.2;
const DEEPEST = 7;

/** Makes configs by their schema, here and there with something that the schema does not allow. */
export class Grammar {
  readonly #chance: Chance;
  /** How likely each value is to be wrong. */
  readonly #chaos: number;

  constructor(chance: Chance, chaos: number) {
    this.#chance = chance;
    this.#chaos = chaos;
  }

  config(): Data {
    const config = this.value(SCHEMA, 0);
    if (!isPairs(config) || this.#chance.hits(this.#chaos)) return config;
    return { pairs: [...config.pairs, ['allowEnv', ['X']]] };
  }

  value(schema: Node | boolean, depth: number): Data {
    if (this.#chance.hits(this.#chaos)) return this.wrong();
    if (typeof schema === 'boolean' || depth > DEEPEST) return this.#chance.one(VALUES);
    const { $ref, anyOf, const: sole, enum: names } = schema;
    if (typeof $ref === 'string')
      return this.value(PARTS[$ref.split('/').at(-1) ?? ''] ?? true, depth);
    if (anyOf) return this.value(this.#chance.one(anyOf), depth);
    if (sole !== undefined) return sole as Data;
    if (Array.isArray(names)) return this.#chance.one(names as string[]);
    return this.#typed(schema, depth);
  }

  /** Something of any kind, wherever it stands. */
  wrong(): Data {
    const chance = this.#chance;
    const kind = chance.next();
    if (kind < 0.4) return chance.one(TEXTS);
    if (kind < 0.7) return chance.one(VALUES);
    if (kind < 0.85) return { raw: chance.one(TOKENS) };
    if (kind < 0.93) return [this.wrong()];
    return { pairs: [[chance.one(KEYS), this.wrong()]] };
  }

  #typed(schema: Node, depth: number): Data {
    const type = this.#chance.one([schema.type ?? 'null'].flat());
    if (type === 'object') return { pairs: this.#pairs(schema, depth) };
    if (type === 'array') return this.#items(schema, depth);
    if (type === 'string') return this.#text(schema);
    if (type === 'boolean') return this.#chance.hits(0.5);
    return type === 'null' ? null : this.#number(schema);
  }

  #pairs(schema: Node, depth: number): Pair[] {
    const { properties = {}, required = [], additionalProperties: others, propertyNames } = schema;
    const needed = required as readonly string[];
    const sole = this.#sole(Object.keys(properties));
    const share = sole === null ? SHARE : this.#chaos;
    const isNeeded = (key: string) => needed.includes(key) || key === sole;
    const pairs = Object.entries(properties)
      .filter(
        ([key]) =>
          key !== 'allowEnv' && this.#chance.hits(isNeeded(key) ? 1 - this.#chaos / 2 : share),
      )
      .map(([key, part]): Pair => [this.#key(key), this.value(part, depth + 1)]);
    if (others === false || others === undefined) return pairs;
    const count = this.#chance.whole(0, 2);
    const own = Array.from({ length: count }, (): Pair => {
      return [
        this.#key(this.#text((propertyNames ?? NAMED) as Node)),
        this.value(others, depth + 1),
      ];
    });
    return [...pairs, ...own];
  }

  #sole(keys: readonly string[]): string | null {
    if (!keys.includes(SOLE)) return null;
    return this.#chance.hits(0.5) ? SOLE : this.#chance.one(keys);
  }

  #key(key: string): string {
    return this.#chance.hits(this.#chaos / 2) ? this.#chance.one(KEYS) : key;
  }

  #items(schema: Node, depth: number): Data {
    const length = this.#chance.whole(Number(schema.minItems ?? 0), 3);
    return Array.from({ length }, () => this.value(schema.items ?? true, depth + 1));
  }

  #text({ pattern }: Node): string {
    if (typeof pattern !== 'string') return this.#chance.one(FITTING);
    if (NAMED_BY_USER.test(pattern)) return this.#chance.one(NAMES);
    if (pattern.endsWith('{') && this.#chance.hits(0.05)) return VARIABLE;
    return this.#chance.one(fitting(pattern));
  }

  #number({ minimum, maximum }: Node): number {
    const least = Number(minimum ?? 0);
    return this.#chance.whole(least, Math.min(Number(maximum ?? 100), least + 100));
  }
}

const known = new Map<string, readonly string[]>();

function fitting(pattern: string): readonly string[] {
  const expression = new RegExp(pattern);
  const found = known.get(pattern) ?? FITTING.filter((text) => expression.test(text));
  known.set(pattern, found);
  return found.length > 0 ? found : [VARIABLE];
}
