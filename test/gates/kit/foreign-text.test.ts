import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import { partOf } from '../../../gates/kit/numbers/parts.ts';
import { reveal } from '../../../gates/kit/secrets.ts';
import { GATE_SOURCES } from '../../../src/compose/gates.ts';
import { asking, means, readingFrom, sender, serve, subject } from './rig.ts';

const readSecret = readingFrom({ KEY: 'hush-hush', LONGER: 'hush-hush-hush' });
const key = { fromEnv: 'KEY' };
const number = { query: 'q("{{version}}")', unit: 'count' };
/** What could end a text, begin another one, or escape what comes behind it. */
const VERSION = `a"b'c~d\\`;

type Asked = { readonly url: URL; readonly body: string };
const inForm = (name: string) => (asked: Asked) => new URLSearchParams(asked.body).get(name);
const inJson =
  (...path: (string | number)[]) =>
  ({ body }: Asked) =>
    String(partOf(JSON.parse(body), ...path));

async function measureAt(
  source: string,
  settings: object,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const address = await serve(listener);
  const kind = await GATE_SOURCES[source]?.();
  if (!kind) throw new Error(`no source ${source}`);
  const opened = await kind.open({ ...means, readSecret });
  const schema = (await kind.settings?.()) as unknown as ZodType;
  const given = schema.parse({ address, ...number, ...settings });
  const candidate = { ...subject.candidate, version: VERSION };
  return opened.measure(asking(given as never, { subject: { candidate, stable: null } }));
}

describe('what is filled in', () => {
  it.each<[string, object, (asked: Asked) => string | null, string]>([
    ['prometheus', {}, inForm('query'), `q("a\\"b'c~d\\\\")`],
    ['loki', {}, inForm('query'), `q("a\\"b'c~d\\\\")`],
    ['graphite', {}, inForm('target'), 'q("a_b_c_d_")'],
    ['newrelic', { account: 1, apiKey: key }, inJson('variables', 'q0'), `q("a\\"b\\'c~d\\\\")`],
    [
      'datadog',
      { apiKey: key, applicationKey: key },
      inJson('data', 'attributes', 'queries', 0, 'query'),
      'q("a_b_c_d_")',
    ],
    [
      'dynatrace',
      { token: key },
      ({ url }) => url.searchParams.get('metricSelector'),
      `q("a~"b'c~~d\\")`,
    ],
    [
      'elasticsearch',
      { index: 'logs' },
      ({ body }) =>
        inJson(
          'query',
          'bool',
          'filter',
          1,
          'query_string',
          'query',
        )({ url: new URL('http://x'), body: body.split('\n')[1] ?? '' }),
      `q("a\\"b'c~d\\\\")`,
    ],
  ])('does not end its text in a question to %s', async (source, settings, questionIn, wanted) => {
    const asked: Asked[] = [];
    await measureAt(source, settings, async (request, response) => {
      asked.push({ url: new URL(request.url ?? '', 'http://x'), body: await text(request) });
      response.end('{}');
    });
    expect(questionIn(asked[0] as Asked)).toContain(wanted);
  });
});

it('does not wait for the end of an answer that has none, nor believes its beginning', async () => {
  const beginning = '{"status":"success","data":{"resultType":"scalar","result":[1,"7"]}}';
  const measurement = await measureAt('loki', {}, (_, response) => {
    response.write(beginning);
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  expect(measurement).toMatchObject({
    kind: 'sourceError',
    detail: expect.stringContaining('longer than 256 KiB'),
  });
});

it('leaves no end of a secret that begins with another one', async () => {
  const headers = { a: key, b: { fromEnv: 'LONGER' } };
  const { hide } = await reveal(headers, { ...sender, readSecret });
  expect(hide('hush-hush-hush, hush-hush')).toBe('***, ***');
});
