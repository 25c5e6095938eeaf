import type { Moment } from './coverage.ts';
import type { Fault } from './faults.ts';

/** Cells of the table that cannot be, each with the reason. */
interface Impossible {
  readonly faults: readonly Fault[];
  readonly moments: readonly Moment[];
  readonly because: string;
}

const UNCHANGING: readonly Moment[] = [
  'check',
  'hold',
  'bake',
  'approve',
  'run',
  'run back',
  'between steps',
  'taking over',
  'planning',
];
const MOVING: readonly Moment[] = ['route', 'promote', 'retire', 'route back', 'promote back'];

const IMPOSSIBLE: readonly Impossible[] = [
  {
    faults: ['lost', 'late', 'later', 'conflict', 'lazyUnits', 'partial'],
    moments: UNCHANGING,
    because: 'nothing is sent to the platform',
  },
  {
    faults: ['lazyUnits', 'partial'],
    moments: [...MOVING, 'retire back'],
    because: 'no units are made',
  },
  {
    faults: ['lazyUnits'],
    moments: ['replace', 'replace back'],
    because: 'a batch that has only some of its units is partial',
  },
  {
    faults: ['silent', 'throttled', 'transient', 'stale', 'slow', 'platform down', 'unauthorized'],
    moments: ['run', 'run back', 'taking over', 'planning'],
    because: 'the platform is not asked, or by the planner, which nothing befalls but death',
  },
  {
    faults: ['flapping', 'gateLies', 'gateSilent', 'gateThrows', 'noData', 'gateStale', 'gateNaN'],
    moments: [
      ...MOVING,
      'start',
      'replace',
      'run',
      'start back',
      'replace back',
      'retire back',
      'run back',
      'between steps',
      'taking over',
      'planning',
    ],
    because: 'no gate watches; an answer that comes here was asked for by the step before',
  },
  {
    faults: ['gateLies'],
    moments: ['check', 'approve'],
    because: 'without traffic, or after a gate has seen it, a bad release is not known as one',
  },
  {
    faults: ['drift'],
    moments: ['start', 'run', 'planning'],
    because: 'there is one release, so that there is nothing to shift',
  },
  {
    faults: ['fallen'],
    moments: [
      ...MOVING,
      ...(['start', 'scale', 'replace', 'check', 'run'] as const),
      ...(['start back', 'replace back', 'retire back', 'run back'] as const),
      ...(['between steps', 'taking over', 'planning'] as const),
    ],
    because: 'it falls while time passes and is looked at; anywhere else a crash is drawn',
  },
  {
    faults: ['doubled', 'rounded'],
    moments: ['run', 'run back', 'taking over', 'planning'],
    because: 'nothing is listed',
  },
  {
    faults: ['unlisted'],
    moments: [
      ...(['start', 'scale', 'route', 'replace', 'promote', 'retire', 'check', 'hold'] as const),
      ...(['bake', 'approve', 'run', 'run back', 'taking over', 'planning'] as const),
    ],
    because: 'only a way back is to be kept up by it',
  },
  { faults: ['rot'], moments: ['planning'], because: 'no deployment is open whose log could rot' },
];

const CELLS = new Set(
  IMPOSSIBLE.flatMap(({ faults, moments }) =>
    faults.flatMap((fault) => moments.map((moment) => `${fault} ${moment}`)),
  ),
);

export const impossible = (moment: Moment, fault: Fault): boolean =>
  CELLS.has(`${fault} ${moment}`);
