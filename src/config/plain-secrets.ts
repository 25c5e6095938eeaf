import { secretsInAddresses } from '../lib/address-secrets.ts';
import { soundsSecret } from '../lib/secret-names.ts';
import type { ConfigTree, Scalar } from './tree.ts';

/** One line for each address that has a password or token in it: it is recorded wherever it is used. */
export function plainSecrets(tree: ConfigTree): string[] {
  if (tree.kind === 'map')
    return [...tree.entries.values()].flatMap(({ value }) => plainSecrets(value));
  if (tree.kind === 'list') return tree.items.flatMap(plainSecrets);
  if (typeof tree.value !== 'string' || secretsInAddresses(tree.value).length === 0) return [];
  return [
    `${whereOf(tree)}: the address holds a password or a token. Output masks it, but plans and journal keep it as it is. Write a reference instead: fromEnv, fromFile, fromCommand, fromAwsSecret or fromAwsParameter.`,
  ];
}

/** About a secret, and none itself. */
const ABOUT = /_(URL|URI|ID|NAME|TTL|TYPE|ISSUER|HEADER|ALGORITHM|EXPIRY|SIZE|COUNT)$|PUBLIC/i;
const NO_SECRET = /^(|true|false|yes|no|on|off|none|\d+(\.\d+)?)$/i;

/** One line for each variable of a service that sounds like a secret and is written out. */
export function plainVariables(tree: ConfigTree): string[] {
  if (tree.kind === 'list') return tree.items.flatMap(plainVariables);
  if (tree.kind !== 'map') return [];
  return [...tree.entries].flatMap(([key, { value }]) =>
    key === 'env' && value.kind === 'map'
      ? [...value.entries].flatMap(([name, entry]) => plainVariable(name, entry.value))
      : plainVariables(value),
  );
}

function plainVariable(name: string, value: ConfigTree): string[] {
  const isWritten =
    value.kind === 'scalar' && value.template === undefined && !NO_SECRET.test(value.text);
  if (!isWritten || !soundsSecret(name) || ABOUT.test(name)) return [];
  return [
    `${whereOf(value)}: this looks like a secret, and plans and journal keep it as it is. Write a reference instead: ${name}: { fromEnv: ${name} }, or fromFile, fromCommand, fromAwsSecret or fromAwsParameter.`,
  ];
}

function whereOf({ place: { path, line } }: Scalar): string {
  return line === null ? path : `${path} (line ${line})`;
}
