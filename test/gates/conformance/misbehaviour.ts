import type { Measurement } from '../../../src/contract/index.ts';
import type { Behaviour } from './server.ts';
import type { Wire } from './wire.ts';

export interface Misbehaviour {
  readonly does: (wire: Wire, good: Behaviour) => Behaviour;
  readonly kind: Measurement['kind'];
}

const html = '<html><body>Bad gateway</body></html>';
const saying =
  (body: string, type: string, status = 200): Misbehaviour['does'] =>
  () =>
  () => ({ status, headers: { 'content-type': type }, body });

/** What servers, and what stands before them, do besides answering. */
export const MISBEHAVIOUR: Readonly<Record<string, Misbehaviour>> = {
  'says nothing': { does: () => () => null, kind: 'timeout' },
  'stops in the middle of its answer': {
    does: () => (_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":');
      return null;
    },
    kind: 'timeout',
  },
  'hangs up before it answers': {
    does: () => (_asked, response) => {
      response.destroy();
      return null;
    },
    kind: 'sourceError',
  },
  'hangs up in the middle of its answer': {
    does: (_wire, good) => (asked, response) => {
      const body = good(asked, response)?.body ?? '';
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      response.writeHead(200, headers).write(body.slice(0, body.length / 2), () => {
        response.destroy();
      });
      return null;
    },
    kind: 'sourceError',
  },
  'breaks its answer off': {
    does: (_wire, good) => (asked, response) => {
      const reply = good(asked, response);
      return reply && { ...reply, body: reply.body.slice(0, reply.body.length * 0.6) };
    },
    kind: 'sourceError',
  },
  'answers with a page': { does: saying(html, 'text/html'), kind: 'sourceError' },
  'stands behind a proxy that has lost it': {
    does: saying(html, 'text/html', 502),
    kind: 'sourceError',
  },
  'answers with a page that calls itself JSON': {
    does: saying(html, 'application/json'),
    kind: 'sourceError',
  },
  'answers with ten megabytes': {
    does: saying(`"${'x'.repeat(10_000_000)}"`, 'application/json'),
    kind: 'sourceError',
  },
  'answers with nothing': { does: saying('', 'application/json'), kind: 'sourceError' },
  'answers with null': { does: saying('null', 'application/json'), kind: 'sourceError' },
  'answers with a number': { does: saying('7', 'application/json'), kind: 'sourceError' },
  'answers with a text': { does: saying('"fine"', 'application/json'), kind: 'sourceError' },
  'answers with another object': {
    does: saying('{"ok":true}', 'application/json'),
    kind: 'sourceError',
  },
};
