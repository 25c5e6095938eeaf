import { Chalk, type ChalkInstance } from 'chalk';

/** Sixteen colours: those that a user's terminal theme has chosen itself. */
export function paintOf(color: boolean): ChalkInstance {
  return new Chalk({ level: color ? 1 : 0 });
}
