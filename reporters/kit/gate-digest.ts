import type { EventMap, Verdict } from '../../src/contract/index.ts';
import type { Line, Tone } from './line.ts';
import { oneLine } from './text.ts';

const GATE_DIGEST_EVERY = 10_000;

const TONES: Readonly<Record<Verdict, Tone>> = {
  pass: 'dim',
  fail: 'bad',
  inconclusive: 'warning',
  error: 'warning',
};

/** Of the many readings of a gate: the first, each change of verdict, and one now and then. */
export class GateDigest {
  readonly #last = new Map<string, { verdict: Verdict; at: number }>();

  tell(at: number, measured: EventMap['measured']): readonly Line[] {
    const { step, gate, judgement, advisory } = measured;
    const key = `${step}\n${gate}`;
    const last = this.#last.get(key);
    if (last?.verdict === judgement.verdict && at - last.at < GATE_DIGEST_EVERY) return [];
    this.#last.set(key, { verdict: judgement.verdict, at });
    const name = `${oneLine(gate)}${advisory ? ' (advisory)' : ''}`;
    const text = `  gate ${name}: ${judgement.verdict}, ${oneLine(judgement.reason)}`;
    return [{ tone: TONES[judgement.verdict], text }];
  }
}
