import { readFileSync } from 'node:fs';

export interface Cost {
  /** Most memory at one time, MB. */
  readonly memory: number;
  /** Seconds of processor. */
  readonly processor: number;
}

const TICKS_PER_SECOND = 100;
const LOOK_EVERY_MS = 50;

/** What one process takes from now on. */
export class Meter {
  #memory = 0;
  #processor = 0;
  readonly #first: number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#first = ticksOf(pid) ?? 0;
    const look = () => {
      const ticks = ticksOf(pid);
      if (ticks === null) return;
      this.#memory = Math.max(this.#memory, memoryOf(pid));
      this.#processor = (ticks - this.#first) / TICKS_PER_SECOND;
    };
    look();
    this.#timer = setInterval(look, LOOK_EVERY_MS);
  }

  stop(): Cost {
    clearInterval(this.#timer);
    return { memory: this.#memory, processor: this.#processor };
  }
}

function ticksOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return null;
  }
}

function memoryOf(pid: number): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
