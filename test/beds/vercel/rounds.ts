import { setTimeout as pause } from 'node:timers/promises';

/** Ms without a call after which all that were sent together have surely come in. */
const QUIET = 150;

/** Holds every call until all that do not wait for one another are there: that is one round trip. */
export class Rounds {
  readonly asked: string[][] = [];
  holds = false;
  #held: (() => void)[] = [];

  readonly arrived = async (name: string | null) => {
    if (!this.holds) return;
    this.asked.at(-1)?.push(name ?? '');
    await new Promise<void>((go) => this.#held.push(go));
  };

  /** Gives answers round by round, each after so many ms, up to the first change; the rest goes by itself. */
  async upToChange(work: Promise<unknown>, line = 0): Promise<readonly string[][]> {
    let over = false;
    const end = () => {
      over = true;
    };
    work.then(end, end);
    this.holds = true;
    const isChange = () => this.asked.at(-1)?.some((name) => !name.startsWith('GET')) === true;
    while (!over && !isChange()) {
      this.#answer();
      const round: string[] = [];
      this.asked.push(round);
      for (
        let seen = -1;
        !over && (round.length === 0 || seen !== round.length);
        await pause(QUIET)
      )
        seen = round.length;
      await pause(line);
    }
    this.holds = false;
    this.#answer();
    return this.asked;
  }

  #answer(): void {
    for (const go of this.#held.splice(0)) go();
  }
}
