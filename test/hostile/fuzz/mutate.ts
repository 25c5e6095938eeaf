import type { Chance } from '../../simulation/chance.ts';
import { type Data, isList, isPairs, type Pair } from './data.ts';
import type { Grammar } from './grammar.ts';
import { KEYS, TOKENS } from './nasty.ts';

/** Changes one place of a config, wherever chance leads. */
export function changed(data: Data, chance: Chance, grammar: Grammar): Data {
  if (isPairs(data) && data.pairs.length > 0 && chance.hits(0.85))
    return { pairs: changedPairs(data.pairs, chance, grammar) };
  if (isList(data) && data.length > 0 && chance.hits(0.7)) {
    const at = chance.whole(0, data.length - 1);
    return data.with(at, changed(data[at] as Data, chance, grammar));
  }
  return chance.hits(0.3) ? wrapped(data, chance) : grammar.wrong();
}

function changedPairs(pairs: readonly Pair[], chance: Chance, grammar: Grammar): readonly Pair[] {
  const at = chance.whole(0, pairs.length - 1);
  const [key, value] = pairs[at] as Pair;
  const kind = chance.next();
  if (kind < 0.6) return pairs.with(at, [key, changed(value, chance, grammar)]);
  if (kind < 0.7) return pairs.toSpliced(at, 1);
  if (kind < 0.78) return [...pairs, [key, changed(value, chance, grammar)]];
  if (kind < 0.86) return pairs.with(at, [chance.one(KEYS), value]);
  if (kind < 0.94) return [...pairs, [chance.one(KEYS), grammar.wrong()]];
  const other = chance.one(pairs);
  return pairs.with(at, [key, other[1]]);
}

/** The same, further down. */
function wrapped(data: Data, chance: Chance): Data {
  const depth = chance.hits(0.1) ? chance.whole(50, 120) : 1;
  let outer = data;
  for (let level = 0; level < depth; level++)
    outer = chance.hits(0.5) ? [outer] : { pairs: [['a', outer]] };
  return outer;
}

/** Lines as a person may damage them. */
export function changedLines(text: string, chance: Chance): string {
  const lines = text.split('\n');
  const at = chance.whole(0, lines.length - 1);
  const line = lines[at] ?? '';
  const token = chance.one(TOKENS);
  const cut = () => chance.whole(0, line.length);
  const ways: readonly (() => readonly string[])[] = [
    () => lines.toSpliced(at, 1),
    () => lines.toSpliced(at, 0, chance.one(lines)),
    () =>
      lines.with(
        at,
        line.replace(/:\s.*$/, () => `: ${token}`),
      ),
    () =>
      lines.with(
        at,
        line.replace(/[\w-]+:/, () => `${token}:`),
      ),
    () => lines.with(at, `  ${line}`),
    () => lines.with(at, line.slice(0, cut())),
    () => lines.with(at, line.slice(0, cut()) + token + line.slice(cut())),
  ];
  return chance.one(ways)().join('\n');
}

/** Bytes as a broken disk or a wrong editor leaves them. */
export function changedBytes(bytes: Buffer, chance: Chance): Buffer {
  const at = chance.whole(0, bytes.length);
  const end = Math.min(bytes.length, at + chance.whole(1, 40));
  const put = (piece: Buffer) =>
    Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(chance.hits(0.5) ? at : end)]);
  const ways: readonly (() => Buffer)[] = [
    () => put(Buffer.from([chance.whole(0, 255)])),
    () => put(Buffer.from([0])),
    () => put(Buffer.from([0xc3])),
    () => put(Buffer.from([0xed, 0xa0, 0x80])),
    () => put(Buffer.from(chance.one(TOKENS))),
    () => put(bytes.subarray(at, end)),
    () => put(Buffer.from('\u2028\u202e\u001b[2J')),
    () => bytes.subarray(0, at),
    () => Buffer.concat([Buffer.from('\ufeff'), bytes]),
    () => Buffer.from(bytes.toString().replaceAll('\n', '\r\n')),
    () => Buffer.from(bytes.toString().replaceAll('\n', '\r')),
    () => Buffer.from(bytes.toString().replaceAll('  ', '\t')),
    () => Buffer.from(bytes.toString(), 'utf16le'),
    () => Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le').swap16(),
    () => Buffer.from(`${bytes.toString()}# é`, 'latin1'),
  ];
  return chance.one(ways)();
}
