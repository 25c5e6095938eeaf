import { type Mutant, tests } from './mutant.ts';

const part = {
  file: 'providers/aws-alb/part-reading.ts',
  caughtBy: tests('providers/aws-alb/part-reading'),
} as const;
const refresh = {
  file: 'providers/aws-alb/compute/asg/refresh.ts',
  caughtBy: tests('providers/aws-alb/compute/asg'),
} as const;
const bounds = { caughtBy: tests('providers/aws-alb/bounds') } as const;
const gone = { caughtBy: tests('providers/aws-alb/gone-resources') } as const;

/** What is read of a load balancer, and what others do to it. */
export const AWS: readonly Mutant[] = [
  {
    ...part,
    name: 'left-group-asked',
    sentence: 'A way back asks for the targets that it leaves before it changes anything.',
    find: 'return isEnough ? null : readTargets(desk, arn);',
    replace: 'return readTargets(desk, arn);',
  },
  {
    ...part,
    name: 'sick-group-enough',
    sentence: 'A way back to targets that are not well sees nothing else that could serve.',
    find: 'there.length >= units && there.every(isHealthy)',
    replace: 'there.length >= units',
  },
  {
    ...part,
    name: 'unmarked-group-overlooked',
    sentence: 'A group that says nothing of its release is taken for an empty one on a way back.',
    find: 'if (!holds(blue) || !holds(green)) return null;',
    replace: 'if (!holds(blue) && !holds(green)) return null;',
  },
  {
    ...part,
    name: 'any-header-previews',
    sentence: 'A rule for the users of a header counts as a preview, and is not taken away.',
    find: "return isOurs && value !== '' && value === held ? value : null;",
    replace: 'return held ?? null;',
  },
  {
    file: 'providers/aws-alb/looks.ts',
    name: 'part-taken-for-all',
    sentence: 'What was read for one release answers for another one.',
    find: 'this.#part?.release === release ? this.#part : null',
    replace: 'this.#part',
    caughtBy: tests('providers/aws-alb/part-reading'),
  },
  {
    ...refresh,
    name: 'baking-refresh-over',
    sentence: 'A deployment begins in a group whose instances AWS may still put back.',
    find: "'Baking', ",
    replace: '',
  },
  {
    ...refresh,
    name: 'unseen-refresh-none',
    sentence: 'That nobody could look for an instance refresh is not said.',
    find: "if (failureClass(error) !== 'denied') throw error;",
    replace: "if (failureClass(error) === 'denied') return { refusals: [], notes: [] };",
  },
  {
    file: 'providers/aws-alb/operations/start.ts',
    name: 'preview-asked-too-soon',
    sentence: 'A check right after a start measures what is live instead of the candidate.',
    find: "filled.state === 'done' && left > 0",
    replace: "filled.state !== 'done' && left > 0",
    caughtBy: tests('providers/aws-alb/preview'),
  },
  {
    ...gone,
    file: 'providers/aws-alb/operations/route.ts',
    name: 'gone-rule-changed',
    sentence: 'Weights are sent to a rule that somebody has deleted, again and again.',
    find: 'if (lostIn(reading, desk.at, receiversOf(split))) return;',
    replace: '',
  },
  {
    ...gone,
    file: 'providers/aws-alb/owner.ts',
    name: 'gone-rule-nobodys',
    sentence: 'A plan is made for a rule that is not there.',
    find: 'if (gone.length > 0) return goneWords(reading, at);',
    replace: '',
  },
  {
    ...gone,
    file: 'providers/aws-alb/reading.ts',
    name: 'unlisted-rule-gone',
    sentence:
      'A list that leaves out a rule once is believed, although AWS still knows the rule by name.',
    find: 'if ((missing !== null) !== unknown.includes(placeOf(at))) throw contradiction(placeOf(at));',
    replace: '',
  },
  {
    ...gone,
    file: 'providers/aws-alb/gone-resources.ts',
    name: 'other-group-lost',
    sentence:
      'A way back to a release that is well ends because the group of another one was deleted.',
    find: 'if (!isPlaceGone(reading, at) && !homeless) return null;',
    replace: '',
  },
  {
    ...gone,
    file: 'providers/aws-alb/gone-resources.ts',
    name: 'unknown-tags-fail',
    sentence:
      'A rule whose tags AWS refuses to tell fails every look instead of being told as gone.',
    find: 'if (isNotFound(error)) return null;',
    replace: '',
  },
  {
    ...bounds,
    file: 'providers/aws-alb/header-rules.ts',
    name: 'preview-unguarded',
    sentence: 'Whoever sends a header reaches a release without signing in.',
    find: '            ...guardsOf(reading.main),\n',
    replace: '',
  },
  {
    ...bounds,
    file: 'providers/aws-alb/operations/route.ts',
    name: 'group-of-others-dropped',
    sentence:
      'A target group of others loses its place in the action with the first change of weights.',
    find: 'const all = [...new Set([...there, ...wanted.keys()])];',
    replace: 'const all = [...wanted.keys()];',
  },
  {
    ...bounds,
    file: 'providers/aws-alb/observation.ts',
    name: 'part-counts-as-whole',
    sentence: 'Traffic goes to a release of which one of many targets is registered.',
    find: '(ready / units) * 100',
    replace: '(ready / targets.length) * 100',
  },
  {
    ...bounds,
    file: 'providers/aws-alb/access.ts',
    name: 'mixture-measured',
    sentence: 'A gate takes the answers of both releases for those of the candidate.',
    find: 'split[release] === 100 ?',
    replace: '(split[release] ?? 0) > 0 ?',
  },
  {
    ...bounds,
    file: 'providers/aws-alb/owner.ts',
    name: 'foreign-weight-overlooked',
    sentence: 'A deployment begins beside a target group of others that has traffic.',
    find: 'weight > 0 && group !== at.blue',
    replace: 'weight > 100 && group !== at.blue',
  },
  {
    ...bounds,
    file: 'providers/aws-alb/slot.ts',
    name: 'held-group-taken',
    sentence: 'A new release moves into a group that still holds another one.',
    find: '  if (there)\n    throw',
    replace: '  if (!idle)\n    throw',
  },
];
