import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../../../src/contract/index.ts';
import type { Document } from '../contract/document.ts';
import type { Platform } from '../platform/platform.ts';
import type { Sites } from '../platform/sites.ts';
import { type Answer, type Call, type Handlers, Refusal } from './answer.ts';
import { CREATION } from './creation.ts';
import { DEPLOYMENTS } from './deployments.ts';
import { FILES } from './files.ts';
import { PROJECTS } from './projects.ts';
import { PROMOTION } from './promotion.ts';
import { ROLLING } from './rolling.ts';
import { UNDOCUMENTED } from './undocumented.ts';

const HANDLERS: Handlers = {
  ...CREATION,
  ...DEPLOYMENTS,
  ...FILES,
  ...PROJECTS,
  ...PROMOTION,
  ...ROLLING,
};

/** One request that the API got, and what became of it. */
export interface Seen {
  /** `GET /v9/projects/{idOrName}`; null for a path that nobody knows. */
  readonly name: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
  /** Those of Vercel's own that say what is uploaded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number | 'cut';
  /** What the document says against it. */
  readonly violation: string | null;
  readonly undocumented: boolean;
}

interface Parts {
  readonly platform: Platform;
  readonly sites: Sites;
  readonly document: Document;
  /** Answers of a test's own instead. */
  readonly planted: Handlers;
}

/** Answers as the document says, and notes every breach of it. */
export class Api {
  readonly calls: Seen[] = [];
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await bytesOf(request);
    const url = new URL(request.url ?? '/', 'http://api');
    const seen = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: ownHeaders(request),
    };
    const { platform } = this.#parts;
    const route = this.#route(seen.method, seen.path);
    await platform.settings.arrived(route?.name ?? null);
    const media = request.headers['content-type']?.split(';')[0] ?? null;
    const body =
      media?.endsWith('json') && raw.length > 0 ? (JSON.parse(raw.toString()) as Json) : undefined;
    const trouble = route && platform.troubles.next(route.name);
    const own =
      trouble && !trouble.effect
        ? null
        : await this.#own(request, { ...seen, route, body, media, raw });
    const answer: Answer | 'cut' = trouble ? trouble.answer : (own?.answer ?? { status: 500 });
    this.calls.push({
      ...seen,
      name: route?.name ?? null,
      body,
      status: answer === 'cut' ? 'cut' : answer.status,
      violation: own?.violation ?? null,
      undocumented: route !== null && route.name in UNDOCUMENTED,
    });
    if (answer === 'cut') return void request.socket.destroy();
    const { lines } = answer;
    const text = lines ? linesOf(lines) : textOf(answer.body);
    response.writeHead(answer.status, {
      ...(text && { 'content-type': lines ? 'application/stream+json' : 'application/json' }),
      ...answer.headers,
    });
    response.end(text);
  }

  #route(method: string, path: string) {
    const known = this.#parts.document.route(method, path);
    if (known) return known;
    for (const name of Object.keys(UNDOCUMENTED)) {
      const [own, pattern = ''] = name.split(' ');
      const params = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => param);
      const found =
        own === method && new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(path);
      if (found)
        return {
          name,
          params: Object.fromEntries(
            params.map((param, at) => [param, decodeURIComponent(found[at + 1] ?? '')]),
          ),
        };
    }
    return null;
  }

  async #own(
    request: IncomingMessage,
    asked: Asked,
  ): Promise<{ answer: Answer; violation: string | null }> {
    const { platform, sites, document } = this.#parts;
    const { route, query, body, media, raw } = asked;
    const refused = (
      status: number,
      code: string,
      message: string,
      violation: string | null = null,
    ) => ({
      answer: new Refusal(status, code, message).answer,
      violation,
    });
    if (request.headers.authorization !== `Bearer ${platform.settings.token}`)
      return refused(403, 'forbidden', 'The token is not valid');
    if (!route)
      return refused(
        404,
        'not_found',
        'No such path',
        `${asked.method} ${asked.path} is not documented`,
      );
    const team = query.teamId ?? query.slug;
    if (
      team !== undefined &&
      team !== platform.settings.team.id &&
      team !== platform.settings.team.slug
    )
      return refused(403, 'forbidden', 'You do not belong to this team');
    const undocumented = route.name in UNDOCUMENTED;
    const wrong = undocumented
      ? null
      : document.request(route.name, { params: route.params, query, body, media });
    if (wrong) return refused(400, 'bad_request', wrong, `request: ${wrong}`);
    platform.advance();
    const site = (id: string) => sites.deployment(platform, id);
    const call: Call = {
      platform,
      params: route.params,
      query,
      body: (body ?? {}) as JsonObject,
      headers: request.headers,
      raw,
      site,
    };
    const answer = await handle(
      { ...HANDLERS, ...UNDOCUMENTED, ...this.#parts.planted },
      route.name,
      call,
    );
    const breach = undocumented ? null : document.response(route.name, answer.status, answer.body);
    return { answer, violation: breach && `answer: ${breach}` };
  }
}

const ownHeaders = ({ headers }: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      /^x-(now|vercel)-(digest|size)$/.test(name) ? [[name, String(value)]] : [],
    ),
  );

const textOf = (body: Json | undefined) => (body === undefined ? '' : JSON.stringify(body));
const linesOf = (lines: readonly Json[]) =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly route: {
    readonly name: string;
    readonly params: Readonly<Record<string, string>>;
  } | null;
  readonly body: Json | undefined;
  readonly media: string | null;
  readonly raw: Buffer;
}

async function handle(handlers: Handlers, name: string, call: Call): Promise<Answer> {
  try {
    const handler = handlers[name];
    if (!handler) throw new Error(`the bed does not serve ${name}`);
    return await handler(call);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
