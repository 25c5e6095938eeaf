import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRedactor, type Redactor } from '../../src/lib/redact.ts';
import { eachSeed } from '../helpers/each-seed.ts';
import { mulberry } from '../helpers/mulberry.ts';
import { BROKEN, ENCODINGS, NOT_MASKED } from '../hostile/encodings.ts';

const CANARY = `Zq7/x+<k>&"it's" $HOME\`\\é!~ü`;
/** Fails when as much as eight characters in a row are left of the secret. */
function expectGone(output: string, encoded: string): void {
  const parts = Array.from({ length: encoded.length - 7 }, (_, at) => encoded.slice(at, at + 8));
  const shown = parts.filter((part) => output.includes(part));
  expect({ shown, output }).toEqual({ shown: [], output });
}

const streamed = (pieces: readonly string[], secrets: readonly string[]): string =>
  streamedBy(createRedactor(secrets), pieces);

/** To know a secret takes longer than to look for it: where many texts are tried, by one. */
function streamedBy(redactor: Redactor, pieces: readonly string[]): string {
  let output = '';
  const stream = redactor.stream((text) => {
    output += text;
  });
  for (const piece of pieces) stream.write(piece);
  stream.end();
  return output;
}

describe('what the documents promise is what is tested, to the letter', () => {
  const lists = readFileSync(join(import.meta.dirname, '../../docs/secrets.md'), 'utf8')
    .split('\n')
    .filter((line) => line.split(' · ').length > 3)
    .map((line) => line.split(' · '));

  test('encodings, lines, and what is not masked', () => {
    expect(lists).toEqual([ENCODINGS, BROKEN, NOT_MASKED].map(Object.keys));
  });

  test.each(Object.entries(NOT_MASKED))('not masked: %s', (_name, encode) => {
    const encoded = encode(CANARY);
    expect(createRedactor([CANARY]).redact(encoded)).toBe(encoded);
  });
});

describe('a secret is masked', () => {
  const cases = Object.entries(ENCODINGS);
  const redactor = createRedactor([CANARY]);

  test('in more than thirty encodings', () => expect(cases.length).toBeGreaterThan(30));

  test.each(cases)('%s: whole, and split at every place over two chunks', (_name, encode) => {
    const encoded = encode(CANARY);
    const text = `before ${encoded} after`;
    const whole = redactor.redact(text);
    expectGone(whole, encoded);
    expect(whole).toContain('[secret]');
    for (let at = 0; at <= text.length; at++)
      expect(streamedBy(redactor, [text.slice(0, at), text.slice(at)])).toBe(whole);
  });

  test('one character at a time', () => {
    const text = Object.values(ENCODINGS)
      .map((encode) => encode(CANARY))
      .join(' and ');
    expect(streamed([...text], [CANARY])).toBe(redactor.redact(text));
  });

  test.each(Object.entries(BROKEN))('in lines, as %s breaks them', (name, encode) => {
    const part = (name: string) => createHash('sha512').update(name).digest('base64');
    const long = `${CANARY}-${['a', 'b', 'c', 'd'].map(part).join(`\n${CANARY}`)}`;
    for (const secret of [long, long.slice(0, 350), long.slice(0, 150), long.slice(0, 90)]) {
      const lines = encode(secret).split(/\r?\n/);
      const left = createRedactor([secret]).redact(encode(secret)).split(/\r?\n/);
      // What is before the secret in the first line may stay, and of one that begins anywhere a last
      // line that is too short to be known.
      const known = name === 'base64 within another text' ? left.slice(0, -1) : left;
      for (const [at, line] of known.entries()) {
        const [before = '', after = ''] = line.split('[secret]');
        // Two bytes of a list are ten characters.
        const most = name === 'xxd -i' ? 12 : 6;
        expect(before.length, `before in ${lines[at]}`).toBeLessThan(at === 0 ? 27 : most);
        expect(after.length, `after in ${lines[at]}`).toBeLessThan(most);
      }
      expect(left.at(-1)?.length).toBeLessThan(name === 'xxd -i' ? 24 : 20);
    }
  });

  test('line by line, where a line is long enough to be told from others', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\r\n{\nkqhkiG9w0BAQEF\n-----END KEY-----\n';
    const { redact } = createRedactor([key]);
    expect(redact('a MIIEvQIBADANBg b kqhkiG9w0BAQEF c { d')).toBe('a [secret] b [secret] c { d');
    expect(redact(`x${key}y`)).toBe('x[secret]y');
    expect(redact(JSON.stringify(key))).toBe('"[secret]"');
  });

  test('without the space around it', () => {
    expect(createRedactor(['  hunter22\n']).redact('is hunter22.')).toBe('is [secret].');
  });

  test('as the password of a URL, and as what follows the scheme of a header', () => {
    const { redact } = createRedactor(['db://me:p%40ssw0rd1@host/x', 'Bearer abcdefgh12']);
    expect(redact('p@ssw0rd1, p%40ssw0rd1, abcdefgh12')).toBe('[secret], [secret], [secret]');
  });

  test('together with another one that overlaps it, as one', () => {
    const secrets = ['abcdefgh', 'fghijklm'];
    expect(createRedactor(secrets).redact('<abcdefghijklm>')).toBe('<[secret]>');
    for (let at = 0; at < 15; at++) {
      const text = '<abcdefghijklm>';
      expect(streamed([text.slice(0, at), text.slice(at)], secrets)).toBe('<[secret]>');
    }
  });

  test('whole, where a shorter one is its beginning', () => {
    const { redact } = createRedactor(['hunter', 'hunter2hunter2']);
    expect(redact('hunter2hunter2, hunter2')).toBe('[secret], [secret]2');
  });

  test('from the moment it is added, even in a stream that has begun', () => {
    const redactor = createRedactor([]);
    let output = '';
    const stream = redactor.stream((text) => {
      output += text;
    });
    stream.write('hunter22 ');
    expect(redactor.add('hunter22')).toBe(true);
    stream.write('hunter22 ');
    stream.end();
    expect(output).toBe('hunter22 [secret] ');
  });
});

test('what is shorter than six characters is not masked, and is said not to be', () => {
  const redactor = createRedactor(['', 'a', 'abcde']);
  expect(['abcde', '  ab\n  ', '        '].map(redactor.add)).toEqual([false, false, false]);
  expect(redactor.redact('abcde a          b')).toBe('abcde a          b');
});

test('a secret within a longer one gives nothing of it away, wherever a stream is cut', () => {
  const secrets = ['hunter22', 'my-hunter22-of-old'];
  for (const text of [
    'so my-hunter22-of-old it is',
    'so my-hunter22-of-new it is',
    'hunter22my-hunter22',
  ]) {
    const whole = createRedactor(secrets).redact(text);
    for (let first = 0; first <= text.length; first++)
      for (let second = first; second <= text.length; second++) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        expect(streamed(pieces, secrets)).toBe(whole);
      }
  }
});

test('a stream shows at once whatever cannot become a secret', () => {
  const seen: string[] = [];
  const stream = createRedactor(['hunter22']).stream((text) => seen.push(text));
  stream.write('a line\n');
  stream.write('and hunt');
  stream.write('ing\n');
  expect(seen).toEqual(['a line\n', 'and ', 'hunting\n']);
});

describe('random texts', () => {
  const drawing = (next: () => number) => {
    const pick = (bound: number) => Math.floor(next() * bound);
    const word = (alphabet: string, length: number) =>
      Array.from({ length }, () => alphabet[pick(alphabet.length)]).join('');
    return { pick, word };
  };

  test('pass byte for byte when no secret is in them', () => {
    eachSeed('a text without a secret passes byte for byte', 100, (next) => {
      const { pick, word } = drawing(next);
      const secrets = Array.from({ length: 20 }, () => word('ABCDEFGHIJ', 20));
      const redactor = createRedactor(secrets);
      const text = word('abc \n\t\r\0\u001b\u{1f600}é{}"\'\\%+=/', pick(400));
      expect(redactor.redact(text)).toBe(text);
      expect(streamedBy(redactor, [text.slice(0, 50), text.slice(50)])).toBe(text);
    });
  });

  test('come out of a stream as they do whole, however they are cut', () => {
    eachSeed('a text comes out of a stream as it does whole', 400, (next) => {
      const { pick, word } = drawing(next);
      const secrets = Array.from({ length: 3 }, () => word('ab', 6 + pick(8)));
      const text = word('ab', pick(300));
      const pieces: string[] = [];
      for (let at = 0; at < text.length; ) {
        const length = 1 + pick(40);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      const redactor = createRedactor(secrets);
      const whole = redactor.redact(text);
      expect(streamedBy(redactor, pieces)).toBe(whole);
      for (const secret of secrets) expect(whole).not.toContain(secret);
    });
  });

  test('a long secret goes whole, split anywhere', () => {
    const secret = drawing(mulberry(7)).word('abcdefghijklmnopqrstuvwxyz0123456789', 1000);
    const text = `<${secret}>`;
    const redactor = createRedactor([secret]);
    for (let at = 0; at <= text.length; at += 7)
      expect(streamedBy(redactor, [text.slice(0, at), text.slice(at)])).toBe('<[secret]>');
  });
});

describe('time grows with the text and nothing else', () => {
  /** The least ms of so many tries; of no more than it takes to stay below the limit. */
  const timed = (secrets: readonly string[], text: string, limit: number) => {
    const { redact } = createRedactor(secrets);
    redact(text.slice(0, 100_000));
    let least = Infinity;
    for (let tries = 5; tries > 0 && least >= limit; tries--) {
      // Of the processor, which others may keep busy meanwhile.
      const begun = process.cpuUsage();
      redact(text);
      const { user, system } = process.cpuUsage(begun);
      least = Math.min(least, (user + system) / 1000);
    }
    return least;
  };
  const secrets = Array.from({ length: 20 }, (_, n) => btoa(`secret number ${n} of these`));

  test('a megabyte of log and twenty secrets take less than 50 ms of the processor', () => {
    const line = '2030-01-01T00:00:00Z INFO {"path":"/api/v1/items?x=1","status":200,"ms":12.5}\n';
    expect(timed(secrets, line.repeat(13_000), 50)).toBeLessThan(50);
  });

  test.each([
    ['one letter', ['a'.repeat(5000), `${'a'.repeat(5000)}b`], 'a'.repeat(1_000_000)],
    ['almost the secret', [`${'ab'.repeat(30)}c`], 'ab'.repeat(500_000)],
    [
      'beginnings of secrets',
      secrets,
      secrets
        .map((one) => one.slice(0, -1))
        .join('')
        .repeat(1200),
    ],
    ['escapes', [`${'\\'.repeat(40)}"`], '\\'.repeat(1_000_000)],
  ])('a text made to be slow does not make it slow: %s', (_what, known, text) => {
    expect(timed(known, text, 1500)).toBeLessThan(1500);
  });
});
