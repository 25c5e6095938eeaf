import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Deployment } from './deployment.ts';
import type { Platform } from './platform.ts';

/** One hit that a site got: who answered, and which headers of note it was sent. */
export interface Hit {
  readonly host: string;
  readonly path: string;
  readonly deployment: string | null;
  readonly bypass: string | null;
}

const BYPASS = 'x-vercel-protection-bypass';
const SSO = 'https://vercel.com/sso-api';

/** Deployments and domains, each at a port of its own, really over HTTP. */
export class Sites {
  readonly hits: Hit[] = [];
  #servers: Server[] = [];

  /** A domain: open to everybody, leads to what production is, or to a share of the canary. */
  domain(platform: () => Platform): Promise<string> {
    return this.#listen((request, response, host) => {
      const held = platform();
      held.advance();
      const found = this.#visited(held, request, host);
      this.#note(request, host, found);
      if (!found) return refuse(response, 'DEPLOYMENT_NOT_FOUND');
      serve(held, found, request, response);
    });
  }

  /** The own address of a deployment: behind the protection, until it is gone. */
  deployment(platform: Platform, id: string): Promise<string> {
    return this.#listen((request, response, host) => {
      platform.advance();
      const found = platform.project.deployments.get(id) ?? null;
      this.#note(request, host, found);
      if (!found) return refuse(response, 'DEPLOYMENT_NOT_FOUND');
      if (!isLetIn(platform, request)) return redirect(response);
      if (platform.state(found) !== 'READY') return refuse(response, 'DEPLOYMENT_NOT_READY');
      serve(platform, found, request, response);
    });
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        server.closeAllConnections();
        return new Promise((done) => server.close(done));
      }),
    );
  }

  #visited(platform: Platform, request: IncomingMessage, host: string): Deployment | null {
    const { rolling, deployments, domains } = platform.project;
    const share = platform.canaryShare;
    const isAlias = domains.find(({ name }) => name === host)?.alias === true;
    if (rolling && share !== null && !isAlias) {
      const id = isOfCanary(request, share) ? rolling.canary : rolling.base;
      return deployments.get(id) ?? null;
    }
    const own = domains.find(({ name }) => name === host)?.deployment;
    return (own && deployments.get(own)) || null;
  }

  #note(request: IncomingMessage, host: string, found: Deployment | null): void {
    const sent = request.headers[BYPASS];
    this.hits.push({
      host,
      path: request.url ?? '/',
      deployment: found?.id ?? null,
      bypass: typeof sent === 'string' ? sent : null,
    });
  }

  #listen(
    answer: (request: IncomingMessage, response: ServerResponse, host: string) => void,
  ): Promise<string> {
    return new Promise((done, fail) => {
      let host = '';
      const server = createServer((request, response) => answer(request, response, host));
      server.once('error', fail);
      server.listen(0, '127.0.0.1', () => {
        host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
        this.#servers.push(server);
        done(host);
      });
    });
  }
}

/** The share is of visitors: the same one sees the same, unless he asks for a side. */
function isOfCanary(request: IncomingMessage, share: number): boolean {
  const { searchParams } = new URL(request.url ?? '/', 'http://site');
  if (searchParams.get('vcrrForceCanary') === 'true') return true;
  if (searchParams.get('vcrrForceStable') === 'true') return false;
  const visitor = request.headers.cookie ?? `${request.socket.remoteAddress}`;
  const bucket = createHash('sha1').update(visitor).digest().readUInt16BE(0) % 100;
  return bucket < share;
}

function isLetIn({ project }: Platform, request: IncomingMessage): boolean {
  const sent = request.headers[BYPASS];
  return project.protection === null || (typeof sent === 'string' && project.bypass.has(sent));
}

function redirect(response: ServerResponse): void {
  response.writeHead(302, { location: SSO, 'set-cookie': '_vercel_sso_nonce=x' }).end();
}

function refuse(response: ServerResponse, error: string): void {
  response.writeHead(404, { 'x-vercel-error': error, 'content-type': 'text/plain' });
  response.end(`The deployment could not be found on Vercel.\n\n${error}\n`);
}

/** The uploaded files, as they are; one called `bed.json` says how all of them are answered. */
function serve(
  platform: Platform,
  deployment: Deployment,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const said = fileOf(platform, deployment, 'bed.json');
  const { status = 200 } = said ? (JSON.parse(said) as { status?: number }) : {};
  const { pathname } = new URL(request.url ?? '/', 'http://site');
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  const content = fileOf(platform, deployment, name);
  const found = content === null ? 404 : 200;
  response.writeHead(status === 200 ? found : status, {
    server: 'Vercel',
    'x-vercel-id': `bed1::${deployment.id}`,
    'content-type': 'text/plain',
  });
  response.end(content ?? 'not found');
}

export function fileOf(
  platform: Platform,
  deployment: Pick<Deployment, 'files'>,
  name: string,
): string | null {
  const sha = deployment.files.get(name);
  return (sha && platform.files.get(sha)?.toString()) ?? null;
}
