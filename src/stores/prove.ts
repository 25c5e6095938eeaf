import { type Created, DeployError } from '../contract/index.ts';

/**
 * Two writers who want the same key at once, one of whom then tries again: a store that says
 * anything else than created, exists and mine does not keep them apart.
 */
export async function proveExclusive(
  url: string,
  create: (value: string) => Promise<Created>,
  next: readonly string[],
): Promise<void> {
  const values = ['first', 'second'];
  const answers = await Promise.all(values.map(create));
  const winner = values[answers.indexOf('created')] ?? '';
  const again = winner && (await create(winner));
  if (answers.toSorted().join() === 'created,exists' && again === 'mine') return;
  throw new DeployError('store-failed', {
    message: `${url} does not keep two writers apart.`,
    why: `Two conflicting writes were answered with ${answers.join(' and ')}; a repeated one with ${again || 'nothing'}.`,
    next,
  });
}
