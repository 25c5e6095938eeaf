import { UNTOUCHED } from '../../contract/errors.ts';
import { DeployError } from '../../contract/index.ts';

export function nobodyToConfirm(command: string, question: string): DeployError {
  return new DeployError('usage', {
    message: `Confirmation needed, but there is no terminal to ask: ${question}`,
    state: UNTOUCHED,
    next: [`deployctl ${command} --yes`],
  });
}

export function notConfirmed(): DeployError {
  return new DeployError('policy', { message: 'Not confirmed.', state: UNTOUCHED });
}

interface Answered {
  readonly option: string;
  readonly given: string;
  readonly wrong: string;
}

export function answerWrong(command: string, { option, given, wrong }: Answered): DeployError {
  return new DeployError('usage', {
    message: `--${option} ${JSON.stringify(given)}: ${wrong}`,
    state: UNTOUCHED,
    next: [`deployctl ${command} --help`],
  });
}

interface Unanswered {
  readonly option: string;
  readonly words: string;
}

export function nobodyToAsk(command: string, { option, words }: Unanswered): DeployError {
  return new DeployError('usage', {
    message: `${words}: nothing in this folder says so, and there is no terminal to ask. Give --${option}.`,
    state: UNTOUCHED,
    next: [`deployctl ${command} --${option} <value>`],
  });
}
