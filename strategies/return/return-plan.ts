import type {
  CommonSettings,
  Observation,
  PlanInput,
  Release,
  Step,
} from '../../src/contract/index.ts';
import { course, type Draft } from '../parts/course.ts';
import { isLive, type Scene, sceneOf } from '../parts/scene.ts';
import { check, clearAway, promote, retireAll, route, start, timed } from '../parts/steps.ts';

/** What a return needs of the settings; a plan in the journal has it all. */
export type ReturnSettings = Pick<CommonSettings, 'check' | 'timeouts'>;

export interface ReturnInput {
  readonly observation: Observation;
  /** The recorded release that shall serve again. */
  readonly release: Release;
  /** What serves now, complete where known. */
  readonly live: Release | null;
  readonly settings: ReturnSettings;
}

const PLAIN_RETURN = {
  preflight: [],
  gates: [],
  bake: { duration: 0, gates: [] },
  retire: { after: 0 },
  hooks: {},
  onFailure: {},
  extension: 0,
} as const satisfies Omit<CommonSettings, keyof ReturnSettings>;

/**
 * Brings a recorded release back after its deployment is over. As short as it can be, since users
 * may be hurting meanwhile; a failure stops it where it is, because there is nothing further back.
 */
export function planReturn(input: ReturnInput): readonly Step[] {
  if (isLive(input)) return [];
  const settings: CommonSettings = { ...input.settings, ...PLAIN_RETURN };
  const scene = sceneOf({ ...input, settings } satisfies PlanInput);
  if (hasOnlyUnits(scene)) return planUnits(input, scene, settings);
  const drafts: readonly Draft[] = [
    ...(isWarm(input) ? [] : [...room(input, scene), ...bringUp(scene)]),
    route(scene, 100, { title: `100 % back to ${input.release.version}` }),
    promote(scene),
    ...retireAll(scene),
  ];
  return course(
    drafts.map((draft): Draft => ({ ...draft, onFailure: 'hold' })),
    settings,
  );
}

/** Where nothing can be brought up beside what serves, its units become those of the release. */
const hasOnlyUnits = ({ capabilities: { cannot } }: Scene): boolean =>
  cannot.replace === undefined && (cannot.start ?? cannot.route) !== undefined;

/** More than a quarter of the units at a time loses more than it gains; fewer take too long. */
const SHARE_AT_A_TIME = 4;

function planUnits(
  { observation, live, release }: ReturnInput,
  scene: Scene,
  settings: CommonSettings,
): readonly Step[] {
  const of = Math.max(1, observation.full ?? 1);
  const some = Math.ceil(of / SHARE_AT_A_TIME);
  const pace = { replaced: of, of, surge: some, unavailable: some };
  const drafts: readonly Draft[] = [
    {
      phase: 'shift',
      title: `all ${of} back on ${release.version}`,
      action: { kind: 'replace', release, from: live ?? release, ...pace },
      weight: 100,
      ...timed(scene, 'replace', settings.timeouts.start + settings.timeouts.retire),
    },
    promote(scene),
    ...retireAll(scene),
  ];
  return course(
    drafts.map((draft): Draft => ({ ...draft, onFailure: 'hold' })),
    settings,
  );
}

/** Where all places are taken, what has no traffic makes room. */
function room({ observation, release }: ReturnInput, scene: Scene): readonly Draft[] {
  const { places } = scene.capabilities;
  const others = observation.releases.filter(({ id }) => id !== release.id);
  if (places === null || others.length + 1 <= places) return [];
  return clearAway(scene);
}

function bringUp(scene: Scene): readonly Draft[] {
  const again = start(scene, 100, [100]);
  const checks = check(scene);
  const unasked = checks.length === 0 ? ({ unasked: true } as const) : {};
  return [
    {
      ...again,
      action: { ...again.action, ...unasked },
      title: `start ${scene.release.version} again at full capacity`,
    },
    ...checks,
  ];
}

function isWarm({ observation, release }: ReturnInput): boolean {
  const seen = observation.releases.find(({ id }) => id === release.id);
  return seen !== undefined && seen.health === 'healthy' && (seen.capacity ?? 100) >= 100;
}
