import { type Mutant, tests } from './mutant.ts';

/** What nobody may see, and what must not go unseen: half of a secret, oneself as the other, a blind gate. */
export const UNSEEN: readonly Mutant[] = [
  {
    file: 'src/clients/command.ts',
    name: 'cut-before-masked',
    sentence:
      'The end of a secret is shown, because its beginning was cut off before it was masked.',
    find: 'whole.slice(MARGIN).slice(-OUTPUT_KEPT_CHARS)',
    replace: 'whole',
    caughtBy: tests('clients/command'),
  },
  {
    file: 'src/clients/command.ts',
    name: 'masked-after-the-cut',
    sentence: 'The end of a secret is shown, because only what is left of it is looked for.',
    find: 'const whole = limits.redact?.(printed) ?? printed;',
    replace:
      'const whole = limits.redact?.(printed.slice(MARGIN)).padStart(printed.length) ?? printed;',
    caughtBy: tests('clients/command'),
  },
  {
    file: 'src/plug-ins/guard/source.ts',
    name: 'words-cut-before-masked',
    sentence: 'Half a secret is recorded of what the gate of a plug-in says.',
    find: 'redact(detail).slice(0, LONGEST_DETAIL)',
    replace: 'redact(detail.slice(0, LONGEST_DETAIL))',
    caughtBy: tests('plug-ins/source'),
  },
  {
    file: 'src/plug-ins/guard/source.ts',
    name: 'seen-by-other-gates',
    sentence: 'What the gate of a plug-in does to a reading of the platform, all gates see.',
    find: 'structuredClone(await observe())',
    replace: 'await observe()',
    caughtBy: tests('plug-ins/source'),
  },
  {
    file: 'gates/kit/numbers/desk.ts',
    name: 'answer-cut-before-masked',
    sentence: 'The beginning of a secret that an answer repeats is recorded.',
    find: 'excerpt(hide(body))',
    replace: 'excerpt(hide(body.slice(0, 500)))',
    caughtBy: tests('gates/prometheus/source'),
  },
  {
    file: 'src/engine/run/instruments.ts',
    name: 'compared-with-itself',
    sentence: 'A first release is compared with itself.',
    find: "const stable = track === 'candidate' ? plan.before.live : null;",
    replace: "const stable = track === 'candidate' ? (plan.before.live ?? plan.release) : null;",
    caughtBy: tests('engine/run/evidence'),
  },
  {
    file: 'src/engine/run/gatekeeper.ts',
    name: 'own-past-asked',
    sentence: 'A first release is compared with its own past.',
    find: 'if (live && !this.#watched.atOnce',
    replace: 'if (!this.#watched.atOnce',
    caughtBy: tests('engine/run/evidence'),
  },
  {
    file: 'src/config/resolve/uses.ts',
    name: 'bake-too-short-for-its-gates',
    sentence: 'A bake in which its own gates see nothing is accepted.',
    find: 'gates: [...settings.gates, ...settings.bake.gates],',
    replace: 'gates: [...settings.gates],',
    caughtBy: tests('config/problems'),
  },
  {
    file: 'providers/local/edge/metrics.ts',
    name: 'histogram-with-one-more',
    sentence: 'The metrics count a request that nobody sent.',
    find: 'let sum = 0;',
    replace: 'let sum = 1;',
    caughtBy: tests('providers/local/edge/readers'),
  },
  {
    file: 'src/clients/command.ts',
    name: 'exit-code-is-an-end-by-others',
    sentence: 'A command that exits with a code of its own is told as one that could not be run.',
    find: 'if (exitCode !== undefined) return null;',
    replace: 'if (exitCode === undefined) return null;',
    caughtBy: tests('clients/command'),
  },
];
