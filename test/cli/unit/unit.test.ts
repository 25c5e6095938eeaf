import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeUnit } from '../../../src/cli/unit/install-unit.ts';
import { UNIT_MARK, unitQuoted, unitText, type Wanted } from '../../../src/cli/unit/unit.ts';
import { CliFixture } from '../../helpers/run-cli.ts';

const fixture = new CliFixture();
const folder = mkdtempSync(join(tmpdir(), 'deployctl-unit-'));
afterAll(() => {
  fixture.remove();
  rmSync(folder, { recursive: true, force: true });
});

const HARD = [
  'with space',
  '100%',
  '50%%',
  '%h',
  '"x"',
  "it's",
  'a\\b',
  '$HOME $X',
  '-x',
  ';',
  '#',
  'é 漢',
];

const wanted = (over: Partial<Wanted> = {}): Wanted => ({
  title: 'shop (production)',
  command: [process.execPath, ...HARD],
  environment: { PATH: '/usr/bin:/o p/50%/"bin"' },
  secrets: '/home/a b/50%/shop.env',
  scope: 'system',
  ...over,
});

/** What systemd itself says against a unit; null where it is not installed. */
function complaints(text: string, scope: Wanted['scope'] = 'system'): string | null {
  const file = join(folder, 'deployctl-tried.service');
  writeFileSync(file, text);
  const args = ['verify', '--man=no', ...(scope === 'user' ? ['--user'] : []), file];
  const env = { ...process.env, XDG_RUNTIME_DIR: folder };
  const { error, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8', env });
  if (error) return null;
  return stderr
    .split('\n')
    .filter((line) => line.includes('deployctl'))
    .join('\n');
}

/** As systemd.syntax(7) takes a line apart: quotes, escapes, and then the percent signs. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inside = '']) =>
    inside
      .replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_, code, sign) =>
        code ? String.fromCharCode(Number.parseInt(code, 16)) : sign,
      )
      .replaceAll('%%', '%'),
  );
}

describe('a unit', () => {
  test.each(['system', 'user'] as const)('of the %s is one that systemd takes', (scope) => {
    const said = complaints(unitText(wanted({ scope })), scope);
    if (said !== null) expect(said).toBe('');
  });

  test('names a program with spaces and percent signs so that systemd finds it', () => {
    const program = join(folder, 'no such 50% thing');
    const said = complaints(unitText(wanted({ command: [program] })));
    if (said !== null) expect(said).toContain(`Command ${program} is not executable`);
  });

  test('gives every word back as it was', () => {
    expect(words([...HARD, 'a\nb\tc'].map(unitQuoted).join(' '))).toEqual([...HARD, 'a\nb\tc']);
    expect(unitQuoted('a\nb')).not.toContain('\n');
    const [line = ''] = /^ExecStart=.*$/m.exec(unitText(wanted())) ?? [];
    expect(words(line)).toEqual([`:${process.execPath}`, ...HARD]);
  });

  test.each([
    ['a program with quotes', { command: ['/a"b'] as const }],
    ['a program that is no whole path', { command: ['node'] as const }],
    ['a backslash where none can be written', { secrets: '/a\\b' }],
    ['a line break where none can be written', { secrets: '/a\nExecStart=/bin/evil' }],
  ])('is refused with %s', (_name, over) => {
    expect(() => unitText(wanted(over))).toThrow(/A systemd unit cannot name the path/);
  });
});

describe('it is written', () => {
  const place = (name: string) => join(folder, name, 'systemd/user/deployctl-shop.service');

  test('in folders that are made, and over one of its own', async () => {
    const file = place('fresh');
    await writeUnit(file, `${UNIT_MARK}\none`);
    await writeUnit(file, `${UNIT_MARK}\ntwo`);
    expect(readFileSync(file, 'utf8')).toBe(`${UNIT_MARK}\ntwo`);
    expect(readdirSync(join(file, '..'))).toEqual(['deployctl-shop.service']);
  });

  test.each<[string, (file: string) => void]>([
    ['a unit of somebody else', (file) => writeFileSync(file, '[Unit]\n')],
    ['a link, wherever it leads', (file) => symlinkSync(join(folder, 'elsewhere'), file)],
    ['a folder', (file) => mkdirSync(file)],
  ])('never over %s', async (name, make) => {
    const file = place(name);
    mkdirSync(join(file, '..'), { recursive: true });
    make(file);
    await expect(writeUnit(file, UNIT_MARK)).rejects.toMatchObject({
      code: 'policy',
      message: expect.stringContaining('was not written by this command'),
      state: 'Nothing was written.',
    });
  });

  test('says so where it cannot be', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeUnit(join(folder, 'file/a.service'), UNIT_MARK)).rejects.toMatchObject({
      code: 'could-not-run',
    });
  });
});

describe('deployctl up --install-unit', () => {
  fixture.write(
    'a b 50%/deploy.config.yaml',
    'service: shop\nrelease: v1\nstrategy: rolling\nprovider: { local: { command: node x.js, edge: { port: 18455 } } }\n',
  );
  const config = join(fixture.folder, 'a b 50%/deploy.config.yaml');

  test('--print shows it and writes nothing', async () => {
    const { code, stdout, stderr } = await fixture.run(
      `up --install-unit --print --config "${config}"`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.startsWith(UNIT_MARK)).toBe(true);
    const [line = ''] = /^ExecStart=.*$/m.exec(stdout) ?? [];
    expect(words(line).slice(2)).toEqual(['up', '--config', config]);
    expect(stdout).toContain(`Environment="XDG_STATE_HOME=${fixture.state}"`);
    const said = complaints(stdout);
    if (said !== null) expect(said).toBe('');
  });

  test('names what nobody recorded by its config only', async () => {
    const { code, stderr } = await fixture.run('up --install-unit --print --service shop');
    expect({ code, stderr }).toMatchObject({ code: 2 });
  });

  test('--print alone is refused', async () => {
    const { code, stderr } = await fixture.run(`up --print --config "${config}"`);
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain('goes with it');
  });
});
