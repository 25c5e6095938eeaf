/** The forms of one name: `work-queue`, `workQueue`, `WorkQueue`. */
export interface Names {
  readonly name: string;
  readonly value: string;
  readonly type: string;
}

interface Made {
  /** Path → text. */
  readonly files: Readonly<Record<string, string>>;
  readonly catalogue: { readonly file: string; readonly line: string };
  /** What to do next, in words. */
  readonly after: readonly string[];
}

export type Template = (names: Names) => Made;

export function namesOf(name: string): Names {
  const value = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return { name, value, type: value.charAt(0).toUpperCase() + value.slice(1) };
}
