import { secretsInAddresses } from '../lib/address-secrets.ts';
import type { ConfigTree } from './tree.ts';

/** One line for each address that has a password or token in it: it is recorded wherever it is used. */
export function plainSecrets(tree: ConfigTree): string[] {
  if (tree.kind === 'map')
    return [...tree.entries.values()].flatMap(({ value }) => plainSecrets(value));
  if (tree.kind === 'list') return tree.items.flatMap(plainSecrets);
  if (typeof tree.value !== 'string' || secretsInAddresses(tree.value).length === 0) return [];
  const { path, line } = tree.place;
  const where = line === null ? path : `${path} (line ${line})`;
  return [
    `${where}: the address has a password or a token in it, which is masked in what is shown and stands in plans and journal as it is. Say where it is read instead: fromEnv, fromFile, fromCommand, fromAwsSecret or fromAwsParameter.`,
  ];
}
