import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** What came of one request. */
interface Answer {
  /** `X-Version` of the answer; null where none came. */
  readonly version: string | null;
  readonly status: number;
  readonly trouble: string | null;
  /** Wall clock ms, when the answer was there. */
  readonly at: number;
}

/** Ms within which a data plane has surely taken up a write, also on a machine that is busy. */
export const TAKEN_UP = 30_000;

/** Of thousands of connections. */
const BETWEEN_RULES = 2;

export interface LoadOptions {
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clients?: number;
  /** Ms between two requests of a client. */
  readonly gap?: number;
  /** A new connection for each request. */
  readonly fresh?: boolean;
}

/** Clients that ask without a break, on connections that they keep. */
export class Load {
  readonly answers: Answer[] = [];
  readonly #agent: Agent;
  readonly #clients: readonly Promise<void>[];
  #goesOn = true;

  private constructor(url: string, options: LoadOptions) {
    const { host, clients = 12, gap = 8, fresh = false } = options;
    this.#agent = new Agent({ keepAlive: !fresh, maxSockets: clients });
    const headers = { ...options.headers, ...(host === undefined ? {} : { host }) };
    this.#clients = Array.from({ length: clients }, async () => {
      while (this.#goesOn) {
        this.answers.push(await this.#ask(url, headers));
        await pause(gap);
      }
    });
  }

  static begin(url: string, options: LoadOptions = {}): Load {
    return new Load(url, options);
  }

  async end(): Promise<void> {
    this.#goesOn = false;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  /**
   * Those that brought no 200, in words. While the kernel takes over new rules of kube-proxy, a
   * connection that is made in this very moment may be refused before any pod hears of it, with
   * whatever tool the Service is changed. So few are left out; a pod that leaves too early refuses many.
   */
  get failed(): readonly string[] {
    const lost = this.answers.filter(({ status }) => status !== 200);
    const refused = lost.filter(({ trouble }) => trouble === 'ECONNREFUSED');
    return lost
      .filter((answer) => refused.length > BETWEEN_RULES || !refused.includes(answer))
      .map(({ status, trouble, version, at }) => {
        const time = new Date(at).toISOString();
        return `${time} ${trouble ?? `${status} from ${version}`}`;
      });
  }

  /** How many answers of each version came since. */
  countsSince(from = 0): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { version, at } of this.answers)
      if (at >= from && version !== null) counts[version] = (counts[version] ?? 0) + 1;
    return counts;
  }

  /** Nobody else has answered for a while: the data plane has taken up what leads there. */
  isOnly(version: string, answers = 200): boolean {
    const last = this.answers.slice(-answers);
    return (
      last.length === answers &&
      last.every((answer) => answer.status === 200 && answer.version === version)
    );
  }

  /** When this version answered last. */
  lastOf(version: string): number | null {
    return this.answers.findLast((answer) => answer.version === version)?.at ?? null;
  }

  #ask(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    return new Promise((resolve) => {
      const fail = (trouble: string) =>
        resolve({ version: null, status: 0, trouble, at: Date.now() });
      const request = get(url, { agent: this.#agent, headers, timeout: 10_000 }, (answer) => {
        answer.on('error', (error) => fail(error.message));
        answer.resume().on('end', () =>
          resolve({
            version: (answer.headers['x-version'] as string | undefined) ?? null,
            status: answer.statusCode ?? 0,
            trouble: null,
            at: Date.now(),
          }),
        );
      });
      request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
      request.on('error', (error: NodeJS.ErrnoException) =>
        fail(
          `${error.code ?? error.message}${request.reusedSocket ? ' on a kept connection' : ''}`,
        ),
      );
    });
  }
}
