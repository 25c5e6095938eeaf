import { type GateUse, isDeployError, type Plugin } from '../../contract/index.ts';
import { strategyWithoutPlan } from '../errors.ts';
import { areNumbers, isObject, isText, settingsOf, thrownWordsOf } from './common.ts';
import { isStep } from './step.ts';

type PluginStrategy = NonNullable<Plugin['strategies']>[number];

export function guardedStrategy(strategy: PluginStrategy): PluginStrategy {
  const { name } = strategy;
  const refused = (why: string, cause?: unknown) => strategyWithoutPlan(name, why, cause);
  const asked = <T>(ask: () => T): T => {
    try {
      const answer = ask();
      // It is refused at once, and what it comes to later is nobody's business.
      if (answer instanceof Promise) answer.catch(() => {});
      return structuredClone(answer);
    } catch (error) {
      if (isDeployError(error)) throw error;
      throw refused(thrownWordsOf(error), error);
    }
  };
  return {
    name,
    ...settingsOf(strategy),
    gateUse: (settings) => {
      const use: unknown = asked(() => strategy.gateUse?.(structuredClone(settings)) ?? NO_USE);
      return isGateUse(use) ? use : NO_USE;
    },
    plan: (input) => {
      const steps: unknown = asked(() => strategy.plan(structuredClone(input)));
      const wrong = Array.isArray(steps) ? steps.findIndex((step) => !isStep(step)) : 0;
      if (Array.isArray(steps) && wrong < 0) {
        // No steps means that nothing is to do, and only what is seen says that.
        if (steps.length > 0 || input.observation.live === input.release.id) return steps;
        throw refused(`It gave no steps, and ${input.release.version} is not live.`);
      }
      throw refused(
        Array.isArray(steps)
          ? `Step ${wrong + 1} of its plan is malformed.`
          : 'Its plan is not a list of steps.',
      );
    },
    notes: (input) => {
      const notes: unknown = asked(() => strategy.notes?.(structuredClone(input)) ?? []);
      return Array.isArray(notes) ? notes.filter((note) => typeof note === 'string') : [];
    },
  };
}

const NO_USE: GateUse = { references: [], stretches: [] };

function isGateUse(value: unknown): value is GateUse {
  if (!isObject(value)) return false;
  const { references, stretches } = value as Partial<GateUse>;
  return (
    Array.isArray(references) &&
    references.every((each) => isText(each?.gate) && Array.isArray(each.at)) &&
    Array.isArray(stretches) &&
    stretches.every(
      (each) =>
        areNumbers(each?.duration) &&
        Array.isArray(each.gates) &&
        Array.isArray(each.at) &&
        each.at.every(Array.isArray),
    )
  );
}
