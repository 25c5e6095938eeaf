import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSummary } from '../../../gates/loadtool/summaries.ts';

const recorded = (name: string) =>
  readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');

const OHA = {
  summary: { successRate: 0.98, total: 10.1, requestsPerSec: 20 },
  responseTimeHistogram: { '0.001': 1 },
  latencyPercentiles: { p10: 0.001, p50: 0.002, p90: 0.01, p95: 0.02, p99: 0.25, 'p99.9': 0.3 },
  statusCodeDistribution: { '200': 190, '404': 3, '503': 5 },
  errorDistribution: { 'connection refused': 2, 'aborted due to deadline': 7 },
};

const FLAT = {
  http_reqs: { count: 180, rate: 4.4 },
  http_req_failed: { passes: 9, fails: 171, value: 0.05, thresholds: { 'rate<0.1': false } },
  http_req_duration: { avg: 144.5, med: 110.5, max: 1140, 'p(90)': 203.5, 'p(95)': 216 },
};
const nested = Object.fromEntries(
  Object.entries(FLAT).map(([name, values]) => [name, { type: 'rate', values }]),
);

describe('the summary of a load tool', () => {
  test('of vegeta: in nanoseconds, and no answer is a status of 0', () => {
    const { total, bad, took } = readSummary('vegeta', recorded('vegeta.json'));
    expect({ total, bad }).toEqual({ total: 100, bad: 9 });
    expect(took.p50).toBeCloseTo(4.826, 3);
    expect(took.p99).toBeCloseTo(191.714, 3);
    const refused = '{"latencies":{},"requests":4,"status_codes":{"0":3,"200":1}}';
    expect(readSummary('vegeta', refused)).toEqual({ total: 4, bad: 3, took: {} });
  });

  test('of ab: as text, with those that are no 2xx', () => {
    expect(readSummary('ab', recorded('ab.txt'))).toEqual({
      total: 200,
      bad: 21,
      took: { p50: 6, p90: 13, p95: 19, p99: 126 },
    });
  });

  test('of ab: an answer of another length has not failed', () => {
    const text = recorded('ab.txt')
      .replace(
        'Failed requests:        0',
        'Failed requests:        12\n   (Connect: 0, Receive: 1, Length: 10, Exceptions: 1)',
      )
      .replace(/Non-2xx.*\n/, '');
    expect(readSummary('ab', text)).toMatchObject({ total: 200, bad: 2 });
  });

  test('of oha: in seconds, without those that its end cut off', () => {
    expect(readSummary('oha', JSON.stringify(OHA, null, 2))).toEqual({
      total: 200,
      bad: 7,
      took: { p50: 2, p90: 10, p95: 20, p99: 250 },
    });
  });

  test('of k6: where a request that failed is one that passes', () => {
    const expected = { total: 180, bad: 9, took: { p50: 110.5, p90: 203.5, p95: 216 } };
    expect(readSummary('k6', JSON.stringify({ metrics: FLAT }))).toEqual(expected);
    const printed = `     { expected_response:true }...: avg=1ms\n${JSON.stringify({ metrics: nested })}\n`;
    expect(readSummary('k6', printed)).toEqual(expected);
  });

  test.each([
    ['k6', 'hello', 'no JSON'],
    ['k6', '{"metrics":{}}', 'http_reqs is missing'],
    ['vegeta', '{"requests":4}', 'latencies is missing'],
    ['vegeta', '{"latencies":{},"requests":1,"status_codes":{"500":4}}', 'are not counts'],
    ['vegeta', '{"latencies":{},"requests":"4","status_codes":{}}', 'requests is missing'],
    ['oha', '{"statusCodeDistribution":{"200":0.5},"errorDistribution":{}}', 'is missing'],
    ['ab', 'apr_socket_recv: Connection refused (111)', 'no line "Complete requests:"'],
  ] as const)('of %s: %s is none', (tool, text, words) => {
    expect(() => readSummary(tool, text)).toThrow(words);
  });
});
