import type { Adoptable, Running } from '../../contract/index.ts';
import { displayLines } from '../../lib/display-safe.ts';
import { nearest } from '../../lib/suggest.ts';
import { answered, type OpenQuestion } from '../prompt/questions.ts';
import type { Input } from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { cannotListRunning, nothingToAdopt } from './errors.ts';
import { viaGiven } from './via.ts';

/** One of what runs at this provider's platform: named, or chosen by a person. Null when that person has left. */
export async function adoptedAt(
  input: Input,
  { bare, means }: Composition,
  provider: string,
): Promise<Adoptable | null> {
  const kind = await bare.provider(provider);
  const starter = await kind.starter?.();
  if (!starter?.running) throw cannotListRunning(provider);
  const running = await starter.running({ ...means, via: viaGiven(input) });
  const { workloads, notes } = running;
  const lines = [...notes, ...workloads.map(({ name, words }) => `  ${name}: ${words}`)];
  for (const line of lines) input.io.stderr.write(`${displayLines(line)}\n`);
  if (workloads.length === 0) throw nothingToAdopt(provider, kind.via);
  return answered(input, workloadQuestion(running));
}

function workloadQuestion({ workloads }: Running): OpenQuestion<Adoptable> {
  const names = workloads.map(({ name }) => name);
  const [only, ...others] = names;
  return {
    option: 'workload',
    words: 'Which of them',
    guess: others.length === 0 ? (only ?? null) : null,
    read: (given) => {
      const meant = workloads.filter(({ name }) => name === given || name.endsWith(`/${given}`));
      const [one] = meant;
      if (one && meant.length === 1) return one;
      const near = nearest(given, names);
      return { wrong: `one of ${names.join(', ')}${near ? `: ${near}?` : ''}` };
    },
  };
}
