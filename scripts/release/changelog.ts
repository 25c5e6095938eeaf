const UNRELEASED = '## [Unreleased]';

/** What is still to be released; null where the section is missing. */
export function unreleased(changelog: string): string | null {
  const [, after] = changelog.split(`${UNRELEASED}\n`);
  return after === undefined ? null : (after.split(/^## /m)[0] ?? '').trim();
}

export const hasSection = (changelog: string, version: string) =>
  changelog.includes(`\n## [${version}] - `);

/** With what was unreleased in a section of its own, and an empty one above it. */
export function released(changelog: string, version: string, date: string): string {
  return changelog.replace(`${UNRELEASED}\n`, () => `${UNRELEASED}\n\n## [${version}] - ${date}\n`);
}
