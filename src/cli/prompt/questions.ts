import { type Input, textOption } from '../shell/command.ts';
import { answerWrong, nobodyToAsk } from './errors.ts';

/** One thing that a command wants to know: a flag answers it, or a person, or a good guess. */
export interface OpenQuestion<T> {
  /** The option that answers it. */
  readonly option: string;
  readonly words: string;
  readonly guess: string | null;
  /** The answer in its own type, or what is wrong with it. */
  read(given: string): T | { readonly wrong: string };
}

/** Asks where a person is and no flag has answered; Null when that person has left. */
export async function answered<T>(input: Input, question: OpenQuestion<T>): Promise<T | null> {
  const given = textOption(input.options, question.option);
  if (given !== undefined) return strict(input, question, given);
  if (!input.io.interactive || input.options.yes) {
    if (question.guess !== null) return strict(input, question, question.guess);
    throw nobodyToAsk(input.name, question);
  }
  return asked(input, question);
}

async function asked<T>({ io }: Input, question: OpenQuestion<T>): Promise<T | null> {
  const { words, guess } = question;
  for (;;) {
    const answer = await io.ask(`${words}${guess === null ? '' : ` [${guess}]`}: `);
    if (answer === null) return null;
    const value = question.read(answer.trim() || (guess ?? ''));
    if (!isWrong(value)) return value;
    io.stderr.write(`${value.wrong}\n`);
  }
}

function strict<T>({ name }: Input, question: OpenQuestion<T>, given: string): T {
  const value = question.read(given);
  if (!isWrong(value)) return value;
  throw answerWrong(name, { option: question.option, given, wrong: value.wrong });
}

const isWrong = (value: unknown): value is { readonly wrong: string } =>
  typeof value === 'object' && value !== null && 'wrong' in value;
