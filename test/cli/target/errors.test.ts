import { expect, test } from 'vitest';
import type { Input } from '../../../src/cli/shell/command.ts';
import { severalServices } from '../../../src/cli/target/errors.ts';

const targetAt = (id: string, service: string, label: string) => ({
  id,
  service,
  environment: null,
  identity: { provider: 'local', label, place: {}, pins: {} },
});

test('one service in two places is told apart by the targets, and another by its name', () => {
  const targets = [
    targetAt('shop-1', 'shop', 'local shop'),
    targetAt('shop-2', 'shop', 'cluster eu'),
    targetAt('cart-1', 'cart', 'local cart'),
  ];
  const { message, next } = severalServices({ name: 'rollback' } as Input, targets);
  expect(message).toBe(
    'Several services are recorded here, and none is named: shop on local shop, shop on cluster eu, cart.',
  );
  expect(next).toEqual([
    'deployctl rollback --service shop-1',
    'deployctl rollback --service shop-2',
    'deployctl rollback --service cart',
  ]);
});
