import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Load } from '../../../test/real/kubernetes/load.ts';

/** Ms of answers that one question is about. */
const BACK = 2000;

/** What a Prometheus would say of the share of failed answers, told by those who got them: the same to everybody. */
export class ErrorShare {
  load: Load | null = null;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((asked, answered) => {
      let body = '';
      asked.on('data', (part: Buffer) => {
        body += part.toString();
      });
      asked.on('end', () => {
        const query = new URL(asked.url ?? '/', 'http://x').searchParams.get('query');
        const text = query ?? new URLSearchParams(body).get('query') ?? '';
        // How Flagger asks whether anybody is there.
        const value = text === 'vector(1)' ? 1 : this.#now();
        const result = [{ metric: {}, value: [Date.now() / 1000, String(value)] }];
        const data = { resultType: 'vector', result };
        answered.setHeader('content-type', 'application/json');
        answered.end(JSON.stringify({ status: 'success', data }));
      });
    });
  }

  static async open(address: string): Promise<ErrorShare> {
    const share = new ErrorShare();
    share.#server.listen(0, address);
    await once(share.#server, 'listening');
    return share;
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  #now(): number {
    const from = Date.now() - BACK;
    const late = (this.load?.answers ?? []).slice(-3000).filter(({ at }) => at >= from);
    return late.length === 0 ? 0 : late.filter(({ status }) => status !== 200).length / late.length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
