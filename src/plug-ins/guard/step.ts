import { type Action, ON_FAILURE, PHASES, type Release, type Step } from '../../contract/index.ts';
import { areNumbers, isObject, isOneOf, isText } from './common.ts';

const isWords = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(isText) && value[0] !== '';
const isRelease = (value: unknown) =>
  isObject(value) && isText((value as Release).id) && isText((value as Release).version);
const stepIsSplit = (value: unknown) => isObject(value) && areNumbers(...Object.values(value));

/** What each kind of action cannot do without: a way back that cannot be run would hold the target for ever. */
type Fits = (action: Readonly<Record<string, unknown>>) => boolean;

const STEP_ACTIONS: Readonly<Record<Action['kind'], Fits>> = {
  start: ({ release, capacity, weights }) =>
    isRelease(release) && areNumbers(capacity) && Array.isArray(weights) && areNumbers(...weights),
  scale: ({ release, capacity }) => isText(release) && areNumbers(capacity),
  route: ({ split, match }) => stepIsSplit(split) && (match === null || isObject(match)),
  replace: ({ release, from, replaced, of, surge, unavailable }) =>
    isRelease(release) && isRelease(from) && areNumbers(replaced, of, surge, unavailable),
  promote: ({ release }) => isText(release),
  retire: ({ release, keeps }) => isText(release) && (keeps === null || isText(keeps)),
  check: ({ gates, release }) =>
    Array.isArray(gates) && gates.every(isText) && (release === null || isText(release)),
  hold: ({ duration, extension }) => areNumbers(duration, extension),
  bake: ({ duration, extension }) => areNumbers(duration, extension),
  approve: ({ question, expires }) => isText(question) && areNumbers(expires),
  run: ({ name, command, timeout, undo }) =>
    isText(name) && isWords(command) && areNumbers(timeout) && (undo === null || isWords(undo)),
};

const isKind = (kind: unknown): kind is Action['kind'] => Object.hasOwn(STEP_ACTIONS, String(kind));

function isAction(value: object): boolean {
  const { kind } = value as { kind?: unknown };
  return isKind(kind) && STEP_ACTIONS[kind]({ ...value });
}

export function isStep(value: unknown): value is Step {
  if (!isObject(value)) return false;
  const { id, title, phase, action, watch, onFailure, deadline, attempts, estimate } =
    value as Partial<Step>;
  return (
    [id, title].every(isText) &&
    PHASES.some((known) => known === phase) &&
    isObject(action) &&
    isAction(action) &&
    Array.isArray(watch) &&
    watch.every(isText) &&
    isOneOf(ON_FAILURE, onFailure) &&
    areNumbers(deadline, attempts, estimate?.best, estimate?.worst, estimate?.weight)
  );
}
