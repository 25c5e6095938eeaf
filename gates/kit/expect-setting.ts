import { expect as answer } from '../../src/settings/http.ts';
import { schemaProblem } from './json-schema.ts';

/** Assertions on one answer; what is no JSON Schema is told when the config is checked. */
export const expect = answer.superRefine(({ schema }, context) => {
  const problem = schema && schemaProblem(schema);
  if (problem)
    context.addIssue({ code: 'custom', path: ['schema'], message: `a JSON Schema: ${problem}` });
});
