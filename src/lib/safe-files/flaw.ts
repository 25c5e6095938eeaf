/** Why a path is not safe: at which step, and who else could have put there what lies there. */
export interface Flaw {
  readonly path: string;
  readonly kind: 'foreign' | 'shared' | 'link' | 'no folder';
  /** Whom it belongs to. */
  readonly uid: number;
}

const FLAW_WORDS: Readonly<Record<Flaw['kind'], (flaw: Flaw) => string>> = {
  foreign: ({ path, uid }) => `${path} belongs to another user (uid ${uid})`,
  shared: ({ path }) => `${path} can be written by other users`,
  link: ({ path }) => `${path} is a symbolic link`,
  'no folder': ({ path }) => `${path} is a file where a folder should be`,
};

export const wordsOf = (flaw: Flaw): string => FLAW_WORDS[flaw.kind](flaw);

/** Somebody else than we and root has a say in what is found at a path. */
export class UnsafePath extends Error {
  override readonly name = 'UnsafePath';
  readonly flaw: Flaw;

  constructor(flaw: Flaw) {
    super(wordsOf(flaw));
    this.flaw = flaw;
  }
}
