import { setTimeout as pause } from 'node:timers/promises';
import { ANSWERS, type Answer } from './answers.ts';
import { ask, bodyOf, statusesOf } from './ask.ts';
import { type Front, type Kind, openFront } from './proxies.ts';
import { hostileReplica, type Reached, type Replica, strictReplica } from './replica.ts';
import { type Case, REQUESTS } from './requests.ts';

export const KINDS = ['edge', 'nginx', 'haproxy'] as const;

/** One case, and what came of it with each proxy. */
export type Row = { readonly name: string } & { readonly [K in Kind]: string };

/** Each kind goes through its cases in so many lanes at once, with servers of its own for each. */
const LANES = 4;

export async function makeTable(): Promise<Row[]> {
  const columns = await Promise.all(KINDS.map(columnOf));
  const names = [...REQUESTS, ...ANSWERS].map(({ name }) => name);
  const outcome = (at: number, name: string) => columns[at]?.get(name) ?? 'not tried';
  return names.map((name) => ({
    name,
    edge: outcome(0, name),
    nginx: outcome(1, name),
    haproxy: outcome(2, name),
  }));
}

async function columnOf(kind: Kind): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>();
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const bench = await Bench.open(kind);
      try {
        for (let i = lane; i < REQUESTS.length; i += LANES) {
          const one = REQUESTS[i] as Case;
          outcomes.set(one.name, await bench.request(one));
        }
        for (let i = lane; i < ANSWERS.length; i += LANES) {
          const one = ANSWERS[i] as Answer;
          outcomes.set(one.name, await bench.answer(one, i));
        }
      } finally {
        await bench.close();
      }
    }),
  );
  return outcomes;
}

/** One proxy of a kind in front of a strict replica, and one in front of a hostile one. */
class Bench {
  #replicas: readonly [Replica, Replica];
  #proxies: readonly [Front, Front];

  private constructor(replicas: readonly [Replica, Replica], proxies: readonly [Front, Front]) {
    this.#replicas = replicas;
    this.#proxies = proxies;
  }

  static async open(kind: Kind): Promise<Bench> {
    const replicas = [await strictReplica(), await hostileReplica()] as const;
    const strict = await openFront(kind, replicas[0].port);
    return new Bench(replicas, [strict, await openFront(kind, replicas[1].port)]);
  }

  async request({ sends, end }: Case): Promise<string> {
    const parts = typeof sends === 'string' ? [sends] : sends;
    // What is still on its way belongs to the case before.
    await pause(40);
    this.#replicas[0].reached.splice(0);
    const { text, closed } = await ask(this.#proxies[0].port, parts, end);
    const reached = this.#replicas[0].reached.splice(0);
    const heard = statusesOf(text).join(' ') || withoutStatus(text, closed);
    return reached.length > 0 ? `${heard} ← ${reached.map(wordsFor).join(', ')}` : heard;
  }

  async answer({ method }: Answer, index: number): Promise<string> {
    const body = method === 'POST' ? 'content-length: 2\r\n\r\nhi' : '\r\n';
    const sent = `${method} /answer/${index} HTTP/1.1\r\nhost: a.example\r\n${body}`;
    const heard = await ask(this.#proxies[1].port, [sent]);
    const statuses = statusesOf(heard.text);
    if (statuses.length === 0) return withoutStatus(heard.text, heard.closed);
    const last = Number(statuses.at(-1));
    if (method === 'HEAD' || [204, 304, 502, 500].includes(last)) return statuses.join(' ');
    const { body: text, whole } = bodyOf(heard);
    return `${statuses.join(' ')} "${text}"${whole ? '' : ' cut off'}`;
  }

  async close(): Promise<void> {
    for (const proxy of this.#proxies) await proxy.close();
    for (const replica of this.#replicas) replica.close();
  }
}

function withoutStatus(text: string, closed: boolean): string {
  if (text !== '') return 'no head';
  return closed ? 'closed' : 'silence';
}

function wordsFor({ request, host }: Reached): string {
  return host === 'a.example' ? request : `${request} @${host}`;
}
