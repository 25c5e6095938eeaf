import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { conditionsOf, freePriority, noPriority } from '../../../providers/aws-alb/header-rules.ts';

const rules = (...priorities: number[]): Rule[] =>
  priorities.map((Priority) => ({ Priority: String(Priority), RuleArn: `r${Priority}` }));
const byDefault: Rule = { Priority: 'default', IsDefault: true };

test('the priority is the free one right before the rule of the service', () => {
  expect(freePriority({ rules: [...rules(1, 50_000), byDefault], main: byDefault })).toBe(49_999);
  const main: Rule = { Priority: '20' };
  expect(freePriority({ rules: [...rules(18, 19), main], main })).toBe(17);
});

test('where none is free it says what to do', () => {
  const main: Rule = { Priority: '3' };
  expect(freePriority({ rules: [...rules(1, 2), main], main })).toBeNull();
  expect(noPriority(main)).toContain('renumber the rules');
});

test('what AWS echoes twice is sent once', () => {
  const main: Rule = {
    Conditions: [
      { Field: 'host-header', Values: ['a.com'], HostHeaderConfig: { Values: ['a.com'] } },
      { Field: 'path-pattern', Values: ['/x'] },
    ],
  };
  expect(conditionsOf(main)).toEqual([
    { Field: 'host-header', HostHeaderConfig: { Values: ['a.com'] } },
    { Field: 'path-pattern', Values: ['/x'] },
  ]);
});
