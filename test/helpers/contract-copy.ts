type Errors = typeof import('../../src/contract/errors.ts');

const ANOTHER = '../../src/contract/errors.ts?copy';

/** The contract's errors as a plug-in has them that was installed with a deployctl of its own. */
export const copy = (await import(ANOTHER)) as Errors;
