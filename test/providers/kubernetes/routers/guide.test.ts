import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ROUTERS } from '../../../../providers/kubernetes/routers/index.ts';
import { groupOf } from '../../../../src/clients/kubernetes/index.ts';

const PAGE = new URL('../../../../docs/kubernetes-routers.md', import.meta.url);
const text = readFileSync(PAGE, 'utf8');

const sections = new Map(
  text.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

const yamlIn = (section: string): readonly unknown[] =>
  [...section.matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, block = '']) =>
    parseAllDocuments(block).map((document) => document.toJS()),
  );

describe('the page about routers', () => {
  test.each(ROUTERS.filter(({ refusal }) => refusal === undefined))(
    'has an object, a config and the rights for $kind',
    ({ kind, rights, propagation }) => {
      const found = yamlIn(sections.get(kind) ?? '');
      const config = found.find((one) => (one as { service?: string }).service) as {
        readonly provider: { readonly kubernetes: { readonly router: Record<string, string> } };
      };
      const name = config.provider.kubernetes.router[kind];
      expect(found).toContainEqual(
        expect.objectContaining({ metadata: expect.objectContaining({ name }) }),
      );
      const rules = rights.map((right) => ({
        apiGroups: [groupOf(right.kind)],
        resources: [right.kind],
        verbs: right.verbs,
      }));
      expect(found).toContainEqual(rules);
      expect(text).toMatch(new RegExp(`\`${kind}\`\\].*\\| ${propagation / 1000} s \\|`));
    },
  );
});
