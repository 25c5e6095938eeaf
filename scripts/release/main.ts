import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hasSection, released, unreleased } from './changelog.ts';

/**
 * Makes a release of the repository in this folder: a section of the changelog, the version, the
 * package, a commit and a tag. It pushes and publishes nothing; it says what to type for that.
 *
 *   npm run release -- 0.2.0 --dry-run   what it would do
 *   npm run release -- 0.2.0
 */
const CHANGED = ['CHANGELOG.md', 'package.json', 'package-lock.json'];
const SEMVER = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false } },
});
const [version = ''] = positionals;
const isDry = values['dry-run'];
const tag = `v${version}`;
const changelog = readFileSync('CHANGELOG.md', 'utf8');
const manifest = readFileSync('package.json', 'utf8');
const { name, version: before } = JSON.parse(manifest) as { name: string; version: string };

const faults = [...versionFaults(), ...treeFaults(), ...changelogFaults()];
if (faults.length > 0) {
  process.stderr.write(`${faults.map((fault) => `✖ ${fault}`).join('\n')}\nNothing was changed.\n`);
  process.exitCode = 1;
} else if (isDry) {
  say('Would release', `${name} ${before} → ${version}`, section());
} else {
  release();
}

function versionFaults(): string[] {
  if (positionals.length !== 1 || !SEMVER.test(version))
    return ['Say one version: npm run release -- 0.2.0'];
  return isOlder(version, before)
    ? [`${version} is older than ${before}, which package.json says.`]
    : [];
}

function isOlder(one: string, other: string): boolean {
  const numbers = (text: string) => (SEMVER.exec(text) ?? []).slice(1, 4).map(Number);
  const theirs = numbers(other);
  const different = numbers(one)
    .map((number, at) => number - (theirs[at] ?? 0))
    .find((difference) => difference !== 0);
  return (different ?? 0) < 0;
}

function treeFaults(): string[] {
  const changed = git('status', '--porcelain').trim();
  return [
    ...(changed ? [`Not everything is committed:\n${changed}`] : []),
    ...(git('tag', '--list', tag).trim() ? [`There is a tag ${tag} already.`] : []),
  ];
}

function changelogFaults(): string[] {
  const open = unreleased(changelog);
  if (open === null) return ['CHANGELOG.md has no section "## [Unreleased]".'];
  if (hasSection(changelog, version))
    return open ? [`CHANGELOG.md has ${version} already, and "Unreleased" is not empty.`] : [];
  return open ? [] : [`CHANGELOG.md says nothing of ${version}: "Unreleased" is empty.`];
}

function release(): void {
  try {
    if (!hasSection(changelog, version))
      writeFileSync('CHANGELOG.md', released(changelog, version, today()));
    run(
      'npm',
      'version',
      version,
      '--no-git-tag-version',
      '--allow-same-version',
      '--ignore-scripts',
    );
    // Builds it too.
    run('npm', 'pack', '--silent');
    git('add', '--', ...CHANGED.filter((file) => git('ls-files', '--', file).trim() !== ''));
    git('commit', '--allow-empty', '-m', `release: ${version}`);
    git('tag', '--annotate', tag, '-m', `${name} ${version}`);
  } catch (error) {
    git('checkout', 'HEAD', '--', ...CHANGED.filter((file) => git('ls-files', '--', file).trim()));
    process.stderr.write(
      `✖ ${(error as Error).message}\nNothing was released; the files are as before.\n`,
    );
    process.exitCode = 1;
    return;
  }
  say('Released here', `${name} ${version}, tag ${tag}`, `package: ${name}-${version}.tgz`);
}

function say(what: string, ...lines: readonly string[]): void {
  const then = isDry
    ? ['Nothing was changed.']
    : [
        'Next:',
        '  git push --follow-tags          .github/workflows/release.yml publishes what is tagged, with provenance',
        'or, from a job of CI that has an identity of its own:',
        '  npm publish --provenance --access public',
      ];
  process.stdout.write(`${[`${what}: ${lines.join('\n')}`, '', ...then].join('\n')}\n`);
}

function section(): string {
  const open = unreleased(changelog);
  return open ? `## [${version}] - ${today()}\n\n${open}` : `CHANGELOG.md: as it stands`;
}

function today(): string {
  return new Date().toISOString().slice(0, '2026-01-31'.length);
}

function git(...words: readonly string[]): string {
  return execFileSync('git', words, { encoding: 'utf8' });
}

function run(file: string, ...words: readonly string[]): void {
  execFileSync(file, words, { stdio: ['ignore', 'ignore', 'inherit'] });
}
