import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, ProcessFixture } from '../cli/process-fixture.ts';
import { ENCODINGS } from './encodings.ts';
import { PIECES } from './poison.ts';

const CANARY = `Zq7/x+<k>&"it's" $HOME\`\\é!~ü`;
const SERVER = join(import.meta.dirname, '../../examples/shop/server.js');

/** All that is printed by what the config runs: hostile, and the secret in every encoding. */
const SHOUT = [
  ...PIECES.map((piece) => `${piece}poison${piece}`),
  ...Object.values(ENCODINGS).map((encode) => encode(CANARY)),
].join('\n');

/** A program of the user's that prints it, by chunks that cut through it, and ends with the code. */
const shouting = (code: number) => `
const { readFileSync, writeSync } = require('node:fs');
const text = readFileSync(__dirname + '/shout');
for (let at = 0; at < text.length; at += 13) writeSync(1, text.subarray(at, at + 13));
process.exitCode = ${code};
`;

/** No colour is asked for, so that nothing at all is ours. */
const OBEYED = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]|##\w*\[/u;
const COMMAND = /^\s*::(?!(group|endgroup|error|warning|notice)( title=[^:,]*)?::)/;

let fixture: ProcessFixture;
let written: Record<string, string> = {};

beforeAll(async () => {
  fixture = await ProcessFixture.make();
  const file = (name: string) => join(fixture.folder, name);
  writeFileSync(file('shout'), SHOUT);
  writeFileSync(file('yes.cjs'), shouting(0));
  writeFileSync(file('no.cjs'), shouting(1));
  const env = {
    KEY: CANARY,
    GITHUB_ACTOR: `${PIECES.join('').replaceAll('\0', '')}actor`,
    GITHUB_STEP_SUMMARY: file('summary.md'),
    CI_JOB_URL: `http://ci/${CANARY}`,
  };
  const command = JSON.stringify(['sh', '-c', `node yes.cjs; exec node ${SERVER}`]);
  const hook = '{ run: [node, no.cjs], name: shout }';
  const gates = 'gates: { loud: { command: [node, no.cjs], interval: 100ms } }';
  const configure = (more: string) => {
    fixture.configure({ command, env: '{ KEY: { fromEnv: KEY } }', more });
    const path = file('deploy.config.yaml');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/^gates:.*$/m, gates));
  };
  const run = async (line: string, more: Record<string, string> = {}) => {
    const { stdout, stderr }: Ended = await fixture.run(line, { ...env, ...more });
    const name = `${line}${more.GITHUB_ACTIONS ? ' in GitHub' : ''}`;
    written = { ...written, [name]: stdout, [`${name}, stderr`]: stderr };
  };
  configure('');
  await run('deploy --release v1');
  configure('check: [loud]');
  await run('deploy --release v2', { GITHUB_ACTIONS: 'true' });
  configure(`hooks: { check: { before: [${hook}] } }`);
  await run('deploy --release v3 --output json');
  for (const line of [
    'plan --release v4 --out plan.json',
    'plan --release v4 --output json',
    'status',
    'status --output json',
    'history',
    'history --output json',
    'logs --lines 1000',
    'logs --lines 1000 --output json',
    'doctor',
    'doctor --output json',
    'validate',
    '__complete',
  ])
    await run(line);
  const { stdout } = await fixture.run('history --output json', env);
  for (const entry of stdout.trimEnd().split('\n')) {
    const { id } = JSON.parse(entry) as { id: string };
    await run(`history ${id}`);
    await run(`history ${id} --output json`);
  }
}, 180_000);
afterAll(() => fixture.remove(), 60_000);

describe('where all that is run shouts, and the journal has a hostile name in it', () => {
  it('was heard: the outside did get into what was written', () => {
    const all = Object.values(written).join('');
    expect(all.split('poison').length).toBeGreaterThan(200);
    expect(all.split('[secret]').length).toBeGreaterThan(100);
    expect(Object.keys(written).length).toBeGreaterThan(35);
  });

  it('nothing that a terminal or a CI runner obeys is on any stream', () => {
    for (const [name, text] of Object.entries(written)) {
      const found = OBEYED.exec(text);
      expect({ name, found: found && text.slice(found.index - 30, found.index + 30) }).toEqual({
        name,
        found: null,
      });
      expect({ name, lines: text.split('\n').filter((line) => COMMAND.test(line)) }).toEqual({
        name,
        lines: [],
      });
    }
  });

  it('no stream has the secret, in no encoding', () => {
    for (const [name, text] of Object.entries(written)) expect(leaks(text), name).toEqual([]);
  });

  it('nor the journal, the saved plan, the summary of GitHub or the log of the keeper', () => {
    const files = ['state/deployctl/journal', 'state/deployctl/cache', 'state/deployctl/local']
      .map((path) => join(fixture.folder, path))
      .filter((path) => existsSync(path))
      .flatMap((path) => readdirSync(path, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !entry.name.startsWith('replica-'))
      .map(({ parentPath, name }) => join(parentPath, name));
    const all = [...files, join(fixture.folder, 'summary.md'), join(fixture.folder, 'plan.json')];
    expect(all.length).toBeGreaterThan(20);
    for (const file of all) expect(leaks(readFileSync(file, 'utf8')), file).toEqual([]);
  });
});

/** The encodings of which as much as twelve characters in a row are in it. */
function leaks(text: string): string[] {
  return Object.entries(ENCODINGS)
    .filter(([, encode]) => {
      const encoded = encode(CANARY);
      const parts = Array.from({ length: encoded.length - 11 }, (_, at) =>
        encoded.slice(at, at + 12),
      );
      return parts.some((part) => text.includes(part));
    })
    .map(([name]) => name);
}
