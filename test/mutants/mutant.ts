/** A bug as somebody could write it, and the suite that must find it. */
export interface Mutant {
  readonly name: string;
  /** What the product does wrong with it. */
  readonly sentence: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: Suite;
}

export type Suite =
  | { readonly files: readonly string[]; readonly named?: string }
  | { readonly storms: number };

/** Test files, by their place below `test`. */
export const tests = (...names: readonly string[]): Suite => ({
  files: names.map((name) => `test/${name}.test.ts`),
});

/** Only those tests of a file whose names match. */
export const named = (pattern: string, file: string): Suite => ({
  files: [`test/${file}.test.ts`],
  named: pattern,
});

/** So many drawn storms, from the first seed on. */
export const storms = (runs: number): Suite => ({ storms: runs });

export const wordsFor = (suite: Suite): string =>
  'storms' in suite
    ? `${suite.storms} storms`
    : [...suite.files, ...(suite.named ? [`(${suite.named})`] : [])].join(' ');
