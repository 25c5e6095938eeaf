import type { Chance } from './chance.ts';
import type { Moment } from './coverage.ts';
import type { HappeningKind } from './faults.ts';
import type { Course, Taste } from './plans.ts';

/** How a run is brought to a moment that few runs come to by themselves. */
interface Aim {
  readonly moment: Moment;
  /** What has to be so for it to come to that. */
  readonly taste: Partial<Taste>;
  readonly courses: readonly Course[];
  /** What turns it round, for what lies on the way back. */
  readonly leads: readonly Lead[];
}

interface Lead {
  readonly kind: HappeningKind;
  readonly moment: Moment;
  readonly at: number;
}

/** Whatever would lead it elsewhere. */
const FEW = {
  approval: false,
  hooks: false,
  consecutive: 1,
  onFailure: 'rollback',
  deadline: null,
  warm: 0,
} as const;
const OLD: readonly Course[] = ['canary', 'blue-green', 'rolling'];
const WEIGHTED: readonly Course[] = ['canary', 'blue-green'];

const forward = (moment: Moment, courses: readonly Course[], taste: Partial<Taste> = {}): Aim => ({
  moment,
  courses,
  taste: { ...FEW, ...taste },
  leads: [],
});
const back = (
  moment: Moment,
  turnAt: Moment,
  courses: readonly Course[] = OLD,
  taste: Partial<Taste> = {},
): Aim => ({
  moment,
  courses,
  leads: [{ kind: 'rollback', moment: turnAt, at: 300 }],
  taste: { ...FEW, ...taste },
});
/** What is over at once can only be turned by somebody who comes after its holder has died. */
const backAfterDeath = (moment: Moment, turnAt: Moment): Aim => ({
  moment,
  courses: WEIGHTED,
  leads: [
    { kind: 'kill', moment: turnAt, at: 0 },
    { kind: 'rollback', moment: turnAt, at: 300 },
  ],
  taste: FEW,
});

const AIMS: readonly Aim[] = [
  forward('scale', ['canary', 'rolling']),
  forward('replace', ['rolling']),
  forward('promote', OLD),
  forward('retire', OLD),
  forward('hold', ['canary', 'rolling']),
  forward('bake', OLD),
  forward('approve', ['canary'], { approval: true }),
  forward('run', OLD, { hooks: true }),
  forward('between steps', OLD),
  back('between steps', 'hold'),
  backAfterDeath('start back', 'retire'),
  backAfterDeath('start back', 'retire'),
  backAfterDeath('start back', 'retire'),
  backAfterDeath('start back', 'retire'),
  back('route back', 'route', WEIGHTED),
  back('route back', 'bake', WEIGHTED),
  back('replace back', 'hold', ['rolling']),
  back('replace back', 'bake', ['rolling']),
  back('promote back', 'bake'),
  back('promote back', 'bake'),
  backAfterDeath('promote back', 'promote'),
  back('retire back', 'check'),
  back('run back', 'hold', ['canary', 'rolling'], { hooks: true }),
  back('run back', 'hold', ['canary', 'rolling'], { hooks: true }),
  back('run back', 'bake', OLD, { hooks: true }),
];

export interface Aimed {
  readonly moment: Moment;
  readonly taste: Partial<Taste>;
  readonly course: Course;
  readonly leads: readonly Lead[];
}

/** Where two runs in five are led, so that nothing is left to luck alone. */
export function drawAim(chance: Chance, possible: readonly Course[]): Aimed | null {
  if (!chance.hits(0.4)) return null;
  const { moment, courses, taste, leads } = chance.one(AIMS);
  const course = chance.one(courses.filter((one) => possible.includes(one)));
  return course ? { moment, taste, course, leads } : null;
}
