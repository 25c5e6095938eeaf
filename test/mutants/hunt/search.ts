import { execFile } from 'node:child_process';
import type { Lane } from '../lane.ts';
import type { Suite } from '../mutant.ts';
import { runSuite } from '../suite.ts';
import type { Mistake } from './draw.ts';
import { suitesFor } from './nearest.ts';

/** Ms for all the suites that look for one mistake. */
const BOUND = 240_000;

/** Looks for mistakes with the tests that should notice them. */
export class Search {
  readonly #sound: Lane;
  /** Whether a test file passes without any mistake. */
  readonly #passes = new Map<string, Promise<boolean>>();

  constructor(sound: Lane) {
    this.#sound = sound;
  }

  /** What notices it; null when nothing does. */
  async catches(lane: Lane, mistake: Mistake): Promise<string | null> {
    const change = (sound: string) =>
      sound.slice(0, mistake.start) + mistake.replace + sound.slice(mistake.end);
    return lane.broken(mistake.file, change, async () => {
      const until = performance.now() + BOUND;
      for (const suite of suitesFor(mistake.file)) {
        const by = await this.#catchesBy(lane, suite, until);
        if (by !== null) return by;
      }
      return (await typesFail(lane.folder)) ? 'the types' : null;
    });
  }

  async #catchesBy(lane: Lane, suite: Suite, until: number): Promise<string | null> {
    const left = Math.ceil(until - performance.now());
    if (left <= 0) return null;
    const end = await runSuite(lane.folder, suite, left);
    if (end.end === 'passed') return null;
    // What has no end, and what cannot even be loaded, is noticed by whoever runs any test.
    if (end.end === 'broke') return `a suite that breaks down: ${end.why}`;
    const [file = ''] = end.by.split(':');
    if (!('files' in suite) || (await this.#isSound(file))) return end.by;
    const files = suite.files.filter((other) => other !== file);
    return files.length > 0 ? this.#catchesBy(lane, { ...suite, files }, until) : null;
  }

  #isSound(file: string): Promise<boolean> {
    const known = this.#passes.get(file);
    if (known) return known;
    const asked = runSuite(this.#sound.folder, { files: [file] }, BOUND);
    const passes = asked.then(({ end }) => end === 'passed');
    this.#passes.set(file, passes);
    return passes;
  }
}

function typesFail(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('node_modules/.bin/tsc', ['--noEmit'], { cwd: folder }, (error) =>
      resolve(error !== null),
    );
  });
}
