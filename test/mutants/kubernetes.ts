import { type Mutant, tests } from './mutant.ts';

const marks = {
  file: 'providers/kubernetes/marks.ts',
  caughtBy: tests('providers/kubernetes/marks'),
} as const;
const watch = { caughtBy: tests('clients/kubernetes/followed') } as const;

/** What is written to a cluster, and what it tells. */
export const KUBERNETES: readonly Mutant[] = [
  {
    ...marks,
    name: 'first-fence-overwritten',
    sentence: 'Two holders that both saw no mark write theirs, and the older one may be the last.',
    find: 'if (value !== null) return [unchanged, ',
    replace: 'if (value !== null) return [...(before === null ? [] : [unchanged]), ',
  },
  {
    ...marks,
    name: 'first-annotations-wiped',
    sentence:
      'The first mark on an object without annotations takes away what others wrote meanwhile.',
    find: "  { op: 'test', path: ANNOTATIONS, value: null },\n",
    replace: '',
  },
  {
    ...watch,
    file: 'src/clients/kubernetes/followed.ts',
    name: 'old-token-refused-for-ever',
    sentence:
      'A token that was over for a moment ends all watching for as long as the command runs.',
    find: 'error.code === 403',
    replace: 'error.code <= 403',
  },
  {
    ...watch,
    file: 'src/clients/kubernetes/connection.ts',
    name: 'watch-keeps-old-token',
    sentence:
      'A watch whose token is over is not asked for again with the one that has come since.',
    find: '      await answer.body.dump();\n      this.#renew(used);',
    replace: '      await answer.body.dump();',
  },
];
