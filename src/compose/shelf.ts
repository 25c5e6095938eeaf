import type { Shelf } from '../config/index.ts';
import { extensionUnknown } from './errors.ts';

/** The tool's own extensions of one kind: a name, and what loads it. */
export type Catalogue<T> = Readonly<Record<string, () => Promise<T>>>;

interface Offer<T> {
  readonly brought?: Readonly<Record<string, T>>;
  readonly unlisted?: readonly string[];
}

/** The tool's own, and what plug-ins bring; a name of ours cannot be taken. Some are not offered. */
export function shelf<T>(
  what: string,
  own: Catalogue<T>,
  { brought = {}, unlisted = [] }: Offer<T> = {},
): Shelf<T> {
  const all = [...new Set([...Object.keys(own), ...Object.keys(brought)])];
  const names = all.filter((name) => !unlisted.includes(name));
  const find = async (name: string): Promise<T> => {
    if (Object.hasOwn(own, name)) return (own[name] as () => Promise<T>)();
    if (Object.hasOwn(brought, name)) return brought[name] as T;
    throw extensionUnknown(what, name, names);
  };
  return { names, has: (name) => all.includes(name), find };
}
