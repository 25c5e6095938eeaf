import { DeployError } from '../../src/contract/index.ts';

export interface StoreLie {
  readonly what: string;
  readonly seen: string;
}

export function storeUnreliable(
  url: string,
  { what, seen }: StoreLie,
  next: readonly string[],
): DeployError {
  return new DeployError('store-failed', {
    message: `${url} ${what}.`,
    why: `${seen} A journal there would not be reliable.`,
    state: 'Nothing was deployed.',
    next,
  });
}

export function storeUnusable(url: string, cause: Error, next: readonly string[]): DeployError {
  return new DeployError('store-failed', {
    message: `${url} cannot keep a journal: ${cause.message}.`,
    state: 'Nothing was deployed.',
    next,
    cause,
  });
}
