import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages, ROOT, read } from './pages.ts';

const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;

/** As GitHub makes them of headings. */
function anchors(page: string): readonly string[] {
  const text = read(page).replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function links(page: string): readonly string[] {
  const text = read(page).replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
  return [...text.matchAll(LINK)].map(([, to = '']) => to).filter((to) => !/^[a-z]+:/.test(to));
}

describe('every link of a page leads to something', () => {
  test.each(pages)('%s', (page) => {
    const dead = links(page).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const to = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(ROOT, to))) return true;
      return anchor !== undefined && to.endsWith('.md') && !anchors(to).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

test('the index leads to every page of the folder', () => {
  const here = pages.filter((page) => /^docs\/(reference\/)?[^/]+\.md$/.test(page));
  const linked = links('docs/README.md').map((link) => normalize(join('docs', link)));
  expect(here.filter((page) => page !== 'docs/README.md' && !linked.includes(page))).toEqual([]);
});
