import { join } from 'node:path';
import { load } from '../../providers/local/load.ts';
import { RealFixture } from '../fixture.ts';
import { type Act, act, type Usual } from './act.ts';
import { type Blow, type Drawn, type Recovery, STRATEGIES, type Strategy } from './draw.ts';
import { expected } from './expected.ts';
import { journalOf, newestIn, startsIn } from './ground.ts';
import { judge } from './verdict.ts';

const CONNECTIONS = 3;
/** What a recovery takes and tells, about. */
const USUAL_RECOVERY: Usual = { took: 900, events: 12 };

export interface Report {
  readonly acts: readonly Act[];
  readonly violations: readonly string[];
  readonly requests: number;
}

/** A service of its own under load, on which one case after the other is carried out. */
export class Lane {
  readonly fixture: RealFixture;
  readonly traffic: ReturnType<typeof load>;
  #usual = new Map<Strategy, Usual>();
  #versions = 0;

  private constructor(fixture: RealFixture) {
    this.fixture = fixture;
    this.traffic = load(fixture.url, { connections: CONNECTIONS, pause: 10 });
  }

  static async open(): Promise<Lane> {
    const fixture = await RealFixture.make(join(import.meta.dirname, 'deploy.config.yaml'));
    const { code, stdout, stderr } = await fixture.run('deploy', '--release', 'v0');
    if (code !== 0) throw new Error(`the first release cannot be deployed: ${stdout}${stderr}`);
    const lane = new Lane(fixture);
    for (const strategy of STRATEGIES) await lane.#measure(strategy);
    return lane;
  }

  /** Its folder is kept where something was wrong in it. */
  async close({ keep = false } = {}): Promise<void> {
    await this.traffic.stop();
    await (keep ? this.fixture.end() : this.fixture.remove());
  }

  async carryOut(drawn: Drawn): Promise<Report> {
    const { fixture, traffic } = this;
    const { failures, refused, requests } = traffic.result;
    const from = { starts: startsIn(fixture.starts), failures: failures.length, refused };
    const acts = [await this.#deploy(drawn)];
    if (drawn.blow.victim === 'command')
      for (const { kind, blow } of drawn.recoveries) acts.push(await this.#recover(kind, blow));
    const last = (acts.at(-1) as Act).expected;
    const verdict = await judge(this, { drawn, from, expected: last, tolerated: CONNECTIONS });
    return {
      acts,
      violations: [...acts.flatMap(({ violations }) => violations), ...verdict],
      requests: traffic.result.requests - requests,
    };
  }

  #deploy({ strategy, blow }: Drawn): Promise<Act> {
    const usual = this.#usual.get(strategy) as Usual;
    const words = ['deploy', '--strategy', strategy, '--release', this.#nextVersion()];
    const exits = blow.victim === 'command' ? [0] : [0, 3];
    return act(this.fixture, { words, exits, live: null }, { blow, usual });
  }

  async #recover(kind: Recovery, blow: Blow | null): Promise<Act> {
    const state = await newestIn(journalOf(this.fixture.folder));
    const wanted = expected(state, kind, () => this.#nextVersion());
    return act(this.fixture, wanted, blow && { blow, usual: USUAL_RECOVERY });
  }

  async #measure(strategy: Strategy): Promise<void> {
    const words = ['deploy', '--strategy', strategy, '--release', this.#nextVersion()];
    const began = performance.now();
    const run = this.fixture.start(...words, '--output', 'json');
    const { code, stdout } = await run.ended;
    if (code !== 0) throw new Error(`${strategy} ended with ${code}: ${stdout}`);
    this.#usual.set(strategy, { took: performance.now() - began, events: run.events.length });
  }

  #nextVersion(): string {
    this.#versions += 1;
    return `v${this.#versions}`;
  }
}
