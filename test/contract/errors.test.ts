import { expect, test } from 'vitest';
import {
  DeployError,
  failureClass,
  isDeployError,
  isProviderError,
  ProviderError,
} from '../../src/contract/index.ts';
import { copy } from '../helpers/contract-copy.ts';

test('errors of another copy of the contract are known by their brand', () => {
  const slow = new copy.ProviderError('throttled', '429', { retryAfter: 7000 });
  expect(slow).not.toBeInstanceOf(ProviderError);
  expect(isProviderError(slow) && slow.retryAfter).toBe(7000);
  expect(failureClass(slow)).toBe('throttled');
  const refused = new copy.DeployError('policy', { message: 'no' });
  expect(refused).not.toBeInstanceOf(DeployError);
  expect(isDeployError(refused) && refused.exit).toBe(7);
});

test.each([
  ['has only the name', { name: 'ProviderError', failure: 'permanent' }],
  ['is nothing', null],
  ['is text', 'permanent'],
  ['is a plain error', new Error('no luck')],
])('what %s is neither, and may have taken effect', (_, thrown) => {
  expect(isProviderError(thrown)).toBe(false);
  expect(isDeployError(thrown)).toBe(false);
  expect(failureClass(thrown)).toBe('unknown');
});
