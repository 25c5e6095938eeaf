// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Kayenta are written like that
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LEAST, loadText } from '../../config/loading.ts';
import { CliFixture } from '../../helpers/run-cli.ts';

let fixture: CliFixture;
beforeEach(() => {
  fixture = new CliFixture();
});
afterEach(() => fixture.remove());

const TEMPLATE = `\
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: shop }
spec:
  args:
    - name: service-name
    - { name: port, value: "8080" }
  dryRun: [{ metricName: memory }]
  metrics:
    - name: success-rate
      interval: 1m
      initialDelay: 30s
      count: 5
      failureLimit: 3
      successCondition: result[0] >= 0.95
      provider:
        prometheus:
          address: http://prometheus.example:9090
          query: |
            sum(rate(requests{service="{{args.service-name}}",code!~"5.."}[1m])) /
            sum(rate(requests{service="{{args.service-name}}"}[1m]))
    - name: memory
      interval: 1m
      successCondition: result[0] < 2e9 && result[0] > 1000
      failureCondition: 3e9 <= result[0] || isNaN(result[0])
      consecutiveErrorLimit: 2
      provider:
        prometheus: { address: http://prometheus.example:9090, query: max(memory_bytes) }
    - name: web check
      successCondition: result == "ok"
      provider:
        web:
          url: "http://shop.example:{{args.port}}/health"
          timeoutSeconds: 5
          headers: [{ key: Authorization, value: Bearer x }]
          jsonPath: "{$.data.status}"
    - name: a job
      provider: { job: { spec: {} } }
`;

const CANARY = {
  name: 'shop',
  judge: { name: 'NetflixACAJudge-v1.0', judgeConfigurations: {} },
  metrics: [
    {
      name: 'Errors per second',
      query: { type: 'prometheus', metricName: 'errors', customFilterTemplate: 'one' },
      analysisConfigurations: {
        canary: {
          critical: true,
          direction: 'increase',
          nanStrategy: 'replace',
          effectSize: { allowedIncrease: 1.1, criticalIncrease: 2 },
        },
      },
      groups: ['errors'],
    },
    {
      name: 'CPU',
      query: {
        type: 'prometheus',
        customInlineTemplate: 'PromQL: avg(cpu{pod=~"${scope}-.*",zone="${zone}"})',
      },
      analysisConfigurations: { canary: { direction: 'either' } },
    },
    {
      name: 'throughput',
      query: { type: 'prometheus', metricName: 'requests', customFilterTemplate: 'one' },
      analysisConfigurations: { canary: { direction: 'decrease' } },
    },
    { name: 'lag', query: { type: 'stackdriver', metricType: 'lag' } },
  ],
  templates: { one: "namespace='${location}', pod=~'${scope}-.*'" },
  classifier: { groupWeights: { errors: 100 }, scoreThresholds: { pass: 75, marginal: 50 } },
};

async function imported(text: string, options = '') {
  fixture.write('theirs', text);
  const { code, stdout, stderr } = await fixture.run(`analyze import theirs${options}`);
  expect(code).toBe(0);
  return { stdout, stderr, gates: (await loadText(`${LEAST}${stdout}`)).gates };
}

describe('analyze import', () => {
  test('makes gates of an AnalysisTemplate that the config takes', async () => {
    const { gates, stderr } = await imported(TEMPLATE);
    expect(Object.keys(gates)).toEqual(['success-rate', 'memory', 'web-check']);
    expect(gates['success-rate']).toMatchObject({
      source: 'prometheus',
      interval: 60_000,
      warmup: 30_000,
      judge: { min: 0.95, max: null, failureLimit: 3 },
      settings: { unit: 'ratio', query: expect.stringContaining('service="<service-name>"') },
    });
    expect(gates.memory).toMatchObject({
      advisory: true,
      judge: { max: 2e9, min: 1000, errorLimit: 3 },
    });
    expect(gates['web-check']).toMatchObject({
      source: 'http',
      timeout: 5000,
      settings: {
        url: 'http://shop.example:8080/health',
        expect: { json: { 'data.status': 'ok' } },
      },
    });
    for (const told of [
      'success-rate: the argument service-name has no value',
      'success-rate: count: here a hold lasts',
      'memory: failureCondition is more than a limit: 3e9 <= result[0] || isNaN(result[0])',
      'memory: what is said of missing data is left out',
      'web-check: a header looks like a secret',
      'web-check: it is measured once there',
      'a-job: its provider job cannot be translated',
    ])
      expect(stderr).toContain(told);
  });

  test('makes comparing gates of a canary config', async () => {
    const { gates, stderr } = await imported(JSON.stringify(CANARY));
    expect(Object.keys(gates)).toEqual(['Errors-per-second', 'CPU']);
    expect(gates['Errors-per-second']).toMatchObject({
      settings: { query: 'avg(errors{namespace="{{namespace}}", pod=~"{{workload}}-.*"})' },
      judge: { compare: { ratio: 1.1 } },
      advisory: false,
    });
    expect(gates.CPU).toMatchObject({
      settings: { query: 'avg(cpu{pod=~"{{workload}}-.*",zone="<zone>"})' },
      judge: { compare: { ratio: 1 } },
      advisory: true,
    });
    for (const told of [
      'Errors-per-second: nanStrategy replace',
      'Errors-per-second: effectSize.criticalIncrease is not carried over',
      'CPU: the variable zone is filled in by the pipeline',
      'CPU: it is not critical',
      'throughput: direction decrease',
      'lag: its source stackdriver cannot be translated',
      'classifier: deployctl computes no score',
    ])
      expect(stderr).toContain(told);
  });

  test('keeps the judge of a canary config where that is asked for', async () => {
    const { gates, stderr } = await imported(JSON.stringify(CANARY), ' --judge kayenta');
    expect(Object.keys(gates)).toEqual(['Errors-per-second', 'CPU', 'throughput']);
    expect(gates['Errors-per-second']).toMatchObject({
      advisory: false,
      judge: {
        compare: null,
        kayenta: {
          critical: true,
          direction: 'increase',
          nan: 'replace',
          effect: { allowedIncrease: 1.1, criticalIncrease: 2, allowedDecrease: 1 },
          groups: ['errors'],
          weights: { errors: 100 },
          pass: 75,
          marginal: 50,
        },
      },
    });
    expect(gates.throughput?.judge.kayenta).toMatchObject({ direction: 'decrease' });
    expect(stderr).toContain('CPU: no data does not pass here');
    expect(stderr).not.toMatch(/classifier|effectSize/);
    fixture.write('theirs', TEMPLATE);
    expect((await fixture.run('analyze import theirs --judge argo')).code).toBe(2);
  });

  test('reads several documents, and names those that it leaves', async () => {
    const { gates, stderr } = await imported(`${TEMPLATE}---\nkind: Rollout\n---\n${TEMPLATE}`);
    expect(Object.keys(gates)).toHaveLength(3);
    expect(stderr).toContain('1 of 3 documents are of another kind');
    expect(stderr).toContain('success-rate: another document has a gate of the same name');
  });

  test('refuses what it does not know, and what is not there', async () => {
    fixture.write('other.yaml', 'kind: Rollout\n');
    const { code, stderr } = await fixture.run('analyze import other.yaml');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('AnalysisTemplate of Argo Rollouts'),
    ]);
    for (const line of ['analyze import', 'analyze import nowhere.yaml', 'analyze export x'])
      expect([line, (await fixture.run(line)).code]).toEqual([line, 2]);
  });
});
