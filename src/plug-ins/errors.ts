import { UNTOUCHED } from '../contract/errors.ts';
import { DeployError, UNITS } from '../contract/index.ts';

export function pluginUnusable(name: string, why: string, cause?: unknown): DeployError {
  return new DeployError('config-invalid', {
    message: `The plug-in ${JSON.stringify(name)} cannot be used.`,
    why,
    state: UNTOUCHED,
    cause,
  });
}

export function metricUnusable(source: string): DeployError {
  return new DeployError('config-invalid', {
    message: `The gate source ${source}, of a plug-in, does not say what it measures.`,
    why: `Its metric needs a unit, one of ${UNITS.join(', ')}.`,
    state: UNTOUCHED,
  });
}

export function namedGatesUnusable(source: string): DeployError {
  return new DeployError('config-invalid', {
    message: `The gate source ${source}, of a plug-in, has malformed named gates.`,
    why: '`named` must map each name to an object of single values.',
    state: UNTOUCHED,
  });
}

export function strategyWithoutPlan(strategy: string, why: string, cause?: unknown): DeployError {
  return new DeployError('plan-refused', {
    message: `The strategy ${strategy}, of a plug-in, made no plan.`,
    why,
    state: UNTOUCHED,
    cause,
  });
}
