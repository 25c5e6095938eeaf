import { expect, test } from 'vitest';
import { albAilments, progress } from '../../../providers/aws-alb/health.ts';

const target = (n: number, state: string, reason: string | null, description?: string) => ({
  id: `10.0.1.${n}`,
  port: 80,
  state,
  reason,
  ...(description ? { description } : {}),
});

test('each reason is told once, with the first target that has it and how many others', () => {
  const slow = [1, 2, 3].map((n) => target(n, 'unhealthy', 'Target.Timeout'));
  const codes = 'Health checks failed with these codes: [502]';
  const all = [
    ...slow,
    target(4, 'healthy', null),
    target(5, 'unhealthy', 'Target.ResponseCodeMismatch', codes),
    target(6, 'unhealthy', 'Target.FailedHealthChecks', 'Health checks failed'),
    target(7, 'unhealthy', 'Target.FailedHealthChecks', 'Health checks failed'),
  ];
  expect(progress(all, 7)).toBe(
    '1 of 7 healthy; 10.0.1.1:80 does not answer the health check in time, like 2 others; 10.0.1.5:80 answers the health check with 502; 10.0.1.6:80 does not answer the health check, like 1 other',
  );
});

test('a reason that is not known here is told in the words of AWS', () => {
  const told = (...more: [string | null, string?]) => albAilments([target(1, 'odd', ...more)]);
  expect(told('Elb.Unheard', 'It rains')).toBe('10.0.1.1:80 is odd (It rains)');
  expect(told(null)).toBe('10.0.1.1:80 is odd');
  expect(albAilments([])).toBe('');
});
