import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Buckets } from './buckets.ts';
import {
  type Call,
  isFunctions,
  isInstances,
  isLoadBalancing,
  isRead,
  isTasks,
  type Request,
  readCall,
} from './call.ts';
import { examine } from './checks/index.ts';
import type { Credentials } from './credentials.ts';
import type { Fault, Faults } from './faults.ts';
import type { Functions } from './functions.ts';
import type { Instances } from './instances.ts';
import { answerXml, errorXml, objectErrorXml, textAt } from './query.ts';
import { Refusal } from './refusal.ts';
import { answerTargetCall } from './target-calls.ts';
import type { Targets } from './targets.ts';
import type { Tasks } from './tasks.ts';
import type { World } from './world.ts';

export interface Seen {
  readonly call: Call;
  readonly at: number;
  status: number;
  code: string | null;
}

export interface FrontParts {
  readonly moto: string;
  readonly targets: Targets;
  readonly buckets: Buckets;
  readonly faults: Faults;
  readonly credentials: Credentials;
  readonly tasks: Tasks;
  readonly functions: Functions;
  readonly instances: Instances;
  world(): World;
  /** After a call that may have changed something: what is there is read anew. */
  changed(action: string): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer | string;
}

const XML = { 'content-type': 'text/xml' };

/** Stands before the API server and is as strict as AWS, as slow, and as unreliable as it is told to be. */
export class Front {
  readonly calls: Seen[] = [];
  /** As some servers do that look like S3: a put overwrites whatever is there. */
  ignoresConditions = false;
  #parts: FrontParts;
  #server = createServer((asked, answer) => void this.#serve(asked, answer));
  #sockets = new Set<Socket>();
  /** Writes take effect one after the other, each on what the one before has left. */
  #last = new Map<string, Promise<unknown>>();

  constructor(parts: FrontParts) {
    this.#parts = parts;
    // Shorter, a slow machine would end a connection on which the next call is on its way.
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const id = randomUUID();
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const { method = 'GET', url: path = '/', headers } = asked;
    const given = await this.#answer({ method, path, headers, body: Buffer.concat(chunks) }, id);
    if (given === 'lost') asked.socket.destroy();
    else
      answer.writeHead(given.status, { ...given.headers, 'x-amzn-requestid': id }).end(given.body);
  }

  async #answer(asked: Request, id: string): Promise<Answer | 'lost'> {
    const seen = { status: 0, code: null as string | null };
    try {
      const call = readCall(asked);
      const record: Seen = Object.assign(seen, { call, at: performance.now() });
      this.calls.push(record);
      const given = await this.#meet(call, this.#parts.faults.meet(call.action), id);
      seen.status = given === 'lost' ? 0 : given.status;
      return given;
    } catch (error) {
      const refusal = refusalOf(error);
      seen.status = refusal.status;
      seen.code = refusal.code;
      return refused(refusal, asked, id);
    }
  }

  async #meet(call: Call, fault: Fault | null, id: string): Promise<Answer | 'lost'> {
    if (fault?.is === 'lostBefore') return 'lost';
    if (fault?.is === 'slow') await pause(fault.wait ?? 1_000);
    if (fault?.is === 'unavailable')
      throw new Refusal('ServiceUnavailable', 'The service is unavailable', 503);
    if (fault?.is === 'throttled') throw new Refusal('Throttling', 'Rate exceeded');
    if (fault?.is === 'conflict')
      throw new Refusal('ConditionalRequestConflict', 'A conflicting operation is under way', 409);
    const given = await this.#carryOut(call, id);
    return fault?.is === 'lostAfter' ? 'lost' : given;
  }

  async #carryOut(call: Call, id: string): Promise<Answer> {
    const { credentials, buckets } = this.#parts;
    credentials.check(call.caller, call.action, resourceOf(call));
    // S3 decides about one key at a time; the API server behind does not, and breaks off when it is hurried.
    if (isTasks(call))
      return this.#inTurn('tasks', () => this.#parts.tasks.carry(call, (each) => this.#pass(each)));
    if (isFunctions(call))
      return this.#inTurn('functions', () =>
        this.#parts.functions.carry(call, (each) => this.#pass(each)),
      );
    if (isInstances(call))
      return this.#inTurn('instances', () =>
        this.#parts.instances.carry(call, (each) => this.#pass(each)),
      );
    if (!isLoadBalancing(call))
      return this.#inTurn(call.path, () => this.#pass(this.#heedless(call)));
    buckets.take(isRead(call) ? 'reads' : 'writes');
    return isRead(call) ? this.#effect(call, id) : this.#inTurn('', () => this.#effect(call, id));
  }

  async #effect(call: Call, id: string): Promise<Answer> {
    const { targets, functions, world, changed } = this.#parts;
    examine(call.action, call.form, world());
    const own = answerTargetCall(call.action, call.form, {
      targets,
      functions,
      world: world(),
    });
    if (own !== null) return { status: 200, headers: XML, body: answerXml(call.action, own, id) };
    const given = await this.#pass(call);
    if (!isRead(call)) await changed(call.action);
    return given;
  }

  #heedless(call: Call): Call {
    if (!this.ignoresConditions) return call;
    const { 'if-none-match': _, ...headers } = call.headers;
    return { ...call, headers };
  }

  #inTurn<T>(about: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(about) ?? Promise.resolve()).then(work);
    const over = mine.catch(() => null);
    this.#last.set(about, over);
    void over.then(() => this.#last.get(about) === over && this.#last.delete(about));
    return mine;
  }

  #pass({ method, path, headers, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const up = request(
        new URL(path, this.#parts.moto),
        { method, headers, agent: false },
        (from) => {
          const chunks: Buffer[] = [];
          from.on('data', (chunk) => chunks.push(chunk));
          from.on('error', reject);
          from.on('end', () => {
            const { 'transfer-encoding': _, connection: __, ...rest } = from.headers;
            resolve({ status: from.statusCode ?? 502, headers: rest, body: Buffer.concat(chunks) });
          });
        },
      );
      up.on('error', reject);
      up.end(body);
    });
  }
}

/** AWS names it where a policy could: of the calls that only look, hardly any. */
function resourceOf(call: Call): string | undefined {
  if (isRead(call)) return undefined;
  return ['ListenerArn', 'RuleArn', 'TargetGroupArn']
    .map((name) => textAt(call.form, name))
    .find(Boolean);
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal('InternalFailure', String(error), 500);
}

/** In the protocol that was asked in. */
function refused({ code, message, status }: Refusal, { headers }: Request, id: string): Answer {
  if (headers['x-amz-target']) {
    const json = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code };
    return { status, headers: json, body: JSON.stringify({ __type: code, message }) };
  }
  const isObject = headers.authorization?.includes('/s3/') ?? false;
  const body = isObject ? objectErrorXml(code, message, id) : errorXml(code, message, id);
  return { status, headers: XML, body };
}
