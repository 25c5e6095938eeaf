import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessLog } from '../../../../providers/local/edge/access-log.ts';
import { FileSink } from '../../../../providers/local/edge/log-sink.ts';
import { AS_ROOT, giveAway, isRoot } from '../../../helpers/stranger.ts';
import { EdgeFixture } from './fixture.ts';
import { answering, type Backend, OK, say } from './wire.ts';

let folder: string;
let file: string;
let replica: Backend;
let fixture: EdgeFixture;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deployctl-access-'));
  file = join(folder, 'access.log');
  replica = await answering(OK);
  fixture = await EdgeFixture.open(replica);
});

afterEach(async () => {
  fixture.context.log?.close();
  await fixture.close();
  rmSync(folder, { recursive: true, force: true });
});

function record(format: 'combined' | 'json' = 'combined', maxSize = 1e6): void {
  fixture.context.log = new AccessLog(format, new FileSink(file, maxSize));
}

const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const read = () => textOf(file);
/** With the file before it. */
const both = () => textOf(`${file}.1`) + read();

async function lines(count: number): Promise<string[]> {
  for (let waited = 0; ; waited += 20) {
    const found = read().split('\n').slice(0, -1);
    if (found.length >= count) return found;
    if (waited > 30_000) throw new Error(`${found.length} of ${count} lines`);
    await pause(20);
  }
}

const ask = (more = '', path = '/') =>
  say(fixture.port, `GET ${path} HTTP/1.1\r\nhost: shop\r\n${more}\r\n`);

describe('the access log', () => {
  it('has a line for each request, as most web servers write it', async () => {
    record();
    await ask('user-agent: curl/8\r\nreferer: http://a/\r\n', '/cart?id=1');
    const [line] = await lines(1);
    expect(line).toMatch(
      /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/cart\?id=1 HTTP\/1\.1" 200 2 "http:\/\/a\/" "curl\/8"$/,
    );
  });

  it('writes what could end a field or a line by its number, in two digits', async () => {
    record();
    await ask('user-agent: a"b\\c\td\xe9\r\n');
    expect((await lines(1))[0]).toMatch(/"a\\x22b\\x5Cc\\x09d\\xE9"$/);
  });

  it('has as JSON what was asked, by whom, and which release answered', async () => {
    record('json');
    await ask('user-agent: curl/8\r\nx-forwarded-for: 203.0.113.9\r\n');
    const [line = ''] = await lines(1);
    expect(JSON.parse(line)).toMatchObject({
      client: '203.0.113.9',
      method: 'GET',
      target: '/',
      protocol: 'HTTP/1.1',
      host: 'shop',
      status: 200,
      bytes: 2,
      release: 'a',
      agent: 'curl/8',
    });
  });

  it('has what was turned away too, read as a request or not', async () => {
    record();
    await say(fixture.port, 'GET / HTTP/1.1\r\n\r\n');
    await say(fixture.port, 'nonsense\r\n\r\n');
    const found = await lines(2);
    expect(found[0]).toMatch(/"GET \/ HTTP\/1\.1" 400 /);
    expect(found[1]).toMatch(/"-" 400 0 "-" "-"$/);
  });

  it('has 499 for a client that did not wait', async () => {
    const silent = await answering('');
    fixture.adopt(silent);
    fixture.apply({ backends: { a: [{ key: 's', port: silent.port }] } });
    record();
    await say(fixture.port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n', { silence: 100 });
    expect((await lines(1))[0]).toMatch(/" 499 0 /);
  });

  it('begins a new file when it is full, and keeps the one before', async () => {
    record('combined', 300);
    for (let n = 0; n < 8; n++) {
      await ask('user-agent: curl/8\r\nconnection: close\r\n', `/${n}`);
      await expect.poll(both).toContain(` /${n} `);
    }
    expect(existsSync(`${file}.1`)).toBe(true);
  });

  it('goes on in a new file when somebody has moved it away', async () => {
    record();
    await ask();
    await lines(1);
    renameSync(file, `${file}.old`);
    await ask('', '/after');
    expect((await lines(1))[0]).toContain('/after');
  });
});

const EVIL = [
  '\x1b[2J\x1b]0;owned\x07',
  '" 200 0 "-" "-"',
  'tab\there',
  'caf\xe9 \x9b31m',
  'back\\slash',
];

describe('an attack through the access log', () => {
  it.each(['combined', 'json'] as const)(
    'makes no line, field or terminal command of its own: %s',
    async (format) => {
      record(format);
      for (const evil of EVIL) await ask(`user-agent: ${evil}\r\nreferer: ${evil}\r\n`);
      const found = await lines(EVIL.length);
      expect(found).toHaveLength(EVIL.length);
      for (const line of found) {
        expect(line).toMatch(/^[\x20-\x7e]+$/);
        const quotes = line.replaceAll(/\\./g, '').match(/"/g)?.length;
        if (format === 'combined') expect(quotes).toBe(6);
        else expect([null, ...EVIL]).toContain(JSON.parse(line).agent);
      }
    },
  );

  it('by a false address has only one that a proxy could have', async () => {
    record();
    await ask('x-forwarded-for: evil" \x1b[2J, not an address\r\n');
    expect((await lines(1))[0]).toMatch(/^127\.0\.0\.1 - - /);
  });

  it('by a link in its place writes nothing where it leads', async () => {
    const victim = join(folder, 'victim');
    symlinkSync(victim, file);
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    record();
    await ask();
    for (let n = 0; n < 1000 && said.mock.calls.length === 0; n++) await pause(10);
    expect(String(said.mock.calls[0]?.[0])).toMatch(/^access log: /);
    said.mockRestore();
    expect(existsSync(victim)).toBe(false);
  });

  it.runIf(isRoot)(`in a folder of another user writes nothing ${AS_ROOT}`, async () => {
    giveAway(folder);
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    record();
    await ask();
    for (let n = 0; n < 1000 && said.mock.calls.length === 0; n++) await pause(10);
    expect(String(said.mock.calls[0]?.[0])).toMatch(/is not written: .*another user/);
    said.mockRestore();
    expect(existsSync(file)).toBe(false);
  });
});
