import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type ServerHttp2Session,
  type ServerOptions,
} from 'node:http2';
import type { Answer } from './answer.ts';
import type { Origin } from './client-address.ts';
import { CONNECT_FAULT, type Fault } from './faults.ts';
import type { Limits } from './limits.ts';
import { refuse } from './refusal.ts';
import type { RequestContext } from './request-context.ts';
import { StreamAnswer } from './stream-answer.ts';

type StreamsPass = (request: Http2ServerRequest, answer: Answer, from: Origin) => void;

/** Streams that a client may take back, at once and then per second: a page that is left takes back all it asked for. */
const RESETS = { streamResetBurst: 300, streamResetRate: 30 };
const PAIRS = 256;
/** In MB, of one connection: what has come and was not taken, and what the client does not read. */
const SESSION_MEMORY = 4;

/** What speaks HTTP/2 with clients; connections are brought to it, their TLS already done. */
export function streamServer(context: RequestContext, pass: StreamsPass): Http2Server {
  const server = createServer(streamsOptionsOf(context.limits));
  const origins = new WeakMap<object, Origin>();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    // A client may be told how many it may have at once only when its connection begins.
    session.settings(streamsSettingsOf(context.limits));
    const address = session.socket.remoteAddress ?? '';
    origins.set(session, { address, encrypted: true, trusted: context.trust(address) });
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
    watchStreams(session, context);
  });
  server.on('sessionError', () => {});
  server.on('leave', () => {
    for (const session of sessions) session.close();
  });
  server.on('request', (request: Http2ServerRequest) => {
    const { stream } = request;
    const origin = stream.session && origins.get(stream.session);
    if (!origin) return;
    // One that is taken back in the same breath costs no replica anything.
    setImmediate(() => {
      if (stream.destroyed || stream.aborted) return;
      const answer = new StreamAnswer(stream);
      if (streamsSizeOf(request) > context.limits.headBytes)
        streamsTurnAway(context, answer, TOO_LARGE);
      else pass(request, answer, origin);
    });
  });
  server.on('connect', ({ stream }: Http2ServerRequest) => {
    streamsTurnAway(context, new StreamAnswer(stream), CONNECT_FAULT);
  });
  return server;
}

const streamsSettingsOf = ({ streams, headBytes }: Limits) => ({
  maxConcurrentStreams: streams,
  maxHeaderListSize: headBytes,
  enablePush: false,
  enableConnectProtocol: false,
});

function streamsOptionsOf(limits: Limits): ServerOptions {
  return {
    ...RESETS,
    settings: streamsSettingsOf(limits),
    maxSessionMemory: SESSION_MEMORY,
    maxHeaderListPairs: PAIRS,
    maxSettings: 32,
    maxOutstandingPings: 4,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
  } as ServerOptions;
}

const TOO_LARGE: Fault = { status: 431, words: 'Request header fields too large.' };

function streamsTurnAway(
  { tallies }: RequestContext,
  answer: Answer,
  { status, words }: Fault,
): void {
  tallies.refuse(status);
  refuse(answer, status, words);
}

/** The limit that a client is told is not demanded by the library. */
function streamsSizeOf({ rawHeaders }: Http2ServerRequest): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, 0);
}

/** Ends a connection that has asked for nothing for too long, whatever else it sends, or for enough. */
function watchStreams(session: ServerHttp2Session, context: RequestContext): void {
  let open = 0;
  let taken = 0;
  let timer = setTimeout(leave, context.limits.head);
  function leave(): void {
    session.close();
    // What it does not end by itself by then, it never will.
    setTimeout(() => session.destroy(), context.limits.linger).unref();
  }
  session.on('stream', (stream) => {
    open++;
    clearTimeout(timer);
    if (++taken >= context.limits.requestsPerConnection) session.close();
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (--open === 0 && !session.closed) timer = setTimeout(leave, context.limits.idle);
    };
    stream.once('close', over).once('aborted', over);
  });
  session.once('close', () => clearTimeout(timer));
}
