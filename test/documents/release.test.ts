import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { read } from './pages.ts';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/release/main.ts');
const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- a thing\n\n## [0.1.0] - 2026-01-01\n\n- begun\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deployctl-release-'));
  write('package.json', `${JSON.stringify({ name: 'thing', version: '0.1.0' }, null, 2)}\n`);
  write('CHANGELOG.md', CHANGELOG);
  write('.gitignore', '*.tgz\n');
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'ana');
  git('config', 'user.email', 'ana@example.invalid');
  commit();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const git = (...words: string[]) =>
  execFileSync('git', words, { cwd: folder, encoding: 'utf8' }).trim();
function commit(): void {
  git('add', '-A');
  git('commit', '-qm', 'work');
}

function release(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('a release', () => {
  test('is a section, a version, a package, a commit and a tag', () => {
    const { status, stdout } = release('0.2.0');
    expect(stdout).toContain('npm publish --provenance');
    expect(stdout).toContain('git push --follow-tags');
    expect(status).toBe(0);
    expect(text('CHANGELOG.md')).toMatch(
      /## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- a thing\n\n## \[0\.1\.0\]/,
    );
    expect(JSON.parse(text('package.json')).version).toBe('0.2.0');
    expect(existsSync(join(folder, 'thing-0.2.0.tgz'))).toBe(true);
    expect(git('cat-file', '-t', 'v0.2.0')).toBe('tag');
    expect(git('rev-parse', 'v0.2.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
    expect(git('log', '-1', '--format=%s')).toBe('release: 0.2.0');
    expect(git('status', '--porcelain')).toBe('');
  });

  test('may be the version that package.json says already, as the first one is', () => {
    write('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n- begun\n');
    commit();
    expect(release('0.1.0')).toMatchObject({ status: 0 });
    expect(text('CHANGELOG.md')).toMatch(/## \[0\.1\.0\] - \d{4}-\d\d-\d\d\n\n- begun\n$/);
  });

  test('takes a section that was written by hand', () => {
    write('CHANGELOG.md', '# C\n\n## [Unreleased]\n\n## [0.2.0] - 2026-02-02\n\n- by hand\n');
    commit();
    expect(release('0.2.0')).toMatchObject({ status: 0 });
    expect(text('CHANGELOG.md')).toContain('2026-02-02');
  });

  test('that is only tried changes nothing', () => {
    const before = git('rev-parse', 'HEAD');
    const { status, stdout } = release('0.2.0', '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Would release: thing 0\.1\.0 → 0\.2\.0/);
    expect(stdout).toContain('- a thing');
    expect(text('CHANGELOG.md')).toBe(CHANGELOG);
    expect([git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag')]).toEqual([
      before,
      '',
      '',
    ]);
    expect(existsSync(join(folder, 'thing-0.1.0.tgz'))).toBe(false);
  });

  test('whose package cannot be made leaves everything as it was', () => {
    const manifest = { name: 'thing', version: '0.1.0', scripts: { prepare: 'exit 1' } };
    write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
    commit();
    expect(release('0.2.0')).toMatchObject({ status: 1 });
    expect([git('status', '--porcelain'), git('tag')]).toEqual(['', '']);
    expect(JSON.parse(text('package.json')).version).toBe('0.1.0');
  });
});

describe('a release is refused', () => {
  test.each<[string, string, () => void, RegExp]>([
    ['over changes', '0.2.0', () => write('new.txt', ''), /Not everything is committed/],
    ['twice', '0.2.0', () => git('tag', 'v0.2.0'), /There is a tag v0\.2\.0 already/],
    [
      'of which nothing is said',
      '0.2.0',
      () => {
        write('CHANGELOG.md', '# C\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- begun\n');
        commit();
      },
      /says nothing of 0\.2\.0/,
    ],
    ['that is older', '0.0.9', () => {}, /older than 0\.1\.0/],
    ['that is no version', 'next', () => {}, /Say one version/],
  ])('%s', (_name, version, prepare, why) => {
    prepare();
    const { status, stderr } = release(version);
    expect(stderr).toMatch(why);
    expect(stderr).toContain('Nothing was changed.');
    expect(status).toBe(1);
  });
});

test('the changelog of this repository can be released', () => {
  expect(read('CHANGELOG.md')).toMatch(/^## \[Unreleased\]$/m);
});
