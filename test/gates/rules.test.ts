import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import type { GateSpec, Measurement, Reading } from '../../src/contract/index.ts';
import { gateJudge } from '../../src/judge/judge.ts';
import { OPTIONS } from '../config/loading.ts';
import { CliFixture, memoryConfig } from '../helpers/run-cli.ts';

/** The rules that many teams have, as examples/gates.yaml writes them, each held to its words. */
const folder = new URL('../../', import.meta.url).pathname;
const { gates } = await loadConfig({ ...OPTIONS, folder, file: 'examples/gates.yaml' });

const specOf = (name: string): GateSpec => {
  const spec = gates[name];
  if (!spec) throw new Error(`no gate ${name}`);
  return spec;
};

const share = (bad: number, total = 1000): Reading => ({
  value: bad / total,
  samples: total,
  bad,
  total,
});
const plainValue = (value: number): Reading => ({ value, samples: 100 });

type Answer = Reading | 'error' | 'silence';

function asMeasurement(answer: Answer, unit: Measurement['unit']): Measurement {
  const kind = answer === 'error' ? 'sourceError' : answer === 'silence' ? 'noData' : 'ok';
  const candidate = typeof answer === 'string' ? null : answer;
  return { kind, candidate, stable: null, unit, detail: String(kind) };
}

/** Ms after which the gate says no, where it reads these one after the other; null where it never does. */
function fallsAfter(
  name: string,
  answers: readonly Answer[],
  unit: Measurement['unit'] = 'ratio',
): number | null {
  const { judge: spec, interval } = specOf(name);
  let state = gateJudge.begin(null, false);
  for (const [index, answer] of answers.entries()) {
    const at = (index + 1) * interval;
    const judged = gateJudge.judge(spec, state, { measurement: asMeasurement(answer, unit), at });
    state = judged.state;
    if (judged.judgement.verdict === 'fail') return index * interval;
  }
  return null;
}

const MINUTE = 60_000;
const times = (count: number, answer: Answer): Answer[] =>
  Array.from({ length: count }, () => answer);

describe('more than 1 % of the requests fail, for five minutes:', () => {
  test('fails when it has lasted five minutes, and not before', () => {
    expect(fallsAfter('errors-for-long', times(60, share(30)))).toBe(5 * MINUTE);
  });
  test('a good reading in between begins it anew', () => {
    const pause = [...times(15, share(30)), share(2), ...times(15, share(30))];
    expect(fallsAfter('errors-for-long', pause)).toBeNull();
  });
  test('less than 1 % never fails', () => {
    expect(fallsAfter('errors-for-long', times(200, share(9)))).toBeNull();
  });
});

describe('p99 above two seconds, for three minutes:', () => {
  test('fails when it has lasted three minutes, and not before', () => {
    expect(fallsAfter('p99-for-long', times(60, plainValue(2001)), 'ms')).toBe(3 * MINUTE);
  });
  test('two seconds are not above two seconds', () => {
    expect(fallsAfter('p99-for-long', times(60, plainValue(2000)), 'ms')).toBeNull();
  });
});

describe('fewer than 80 % of the units are ready:', () => {
  test('fails at the third reading in a row', () => {
    expect(fallsAfter('healthy-units', times(5, plainValue(0.79)))).toBe(20_000);
  });
  test('80 % are enough', () => {
    expect(fallsAfter('healthy-units', times(50, plainValue(0.8)))).toBeNull();
  });
});

describe('three bad readings in a row:', () => {
  test('two, and a good one after them, are none', () => {
    const twoOfThree = times(10, share(0)).flatMap((good) => [share(90), share(90), good]);
    expect(fallsAfter('three-in-a-row', twoOfThree.slice(0, 5))).toBeNull();
  });
  test('three are, once the five that are borne are used up', () => {
    expect(fallsAfter('three-in-a-row', times(10, share(90)))).toBe(5 * 10_000);
  });
});

describe('close to the limits of the containers:', () => {
  test('more than 80 % of its processor fails after two minutes', () => {
    expect(fallsAfter('cpu', times(20, plainValue(0.81)))).toBe(2 * MINUTE);
    expect(fallsAfter('cpu', times(20, plainValue(0.8)))).toBeNull();
  });
  test('more than 90 % of its memory fails at once', () => {
    expect(fallsAfter('memory', [plainValue(0.5), plainValue(0.91)])).toBe(15_000);
    expect(fallsAfter('memory', times(20, plainValue(0.9)))).toBeNull();
  });
});

describe('degraded beside unhealthy:', () => {
  test('what is degraded is told and decides nothing', () => {
    expect(specOf('degraded').advisory).toBe(true);
    expect(fallsAfter('degraded', [plainValue(900)], 'ms')).toBe(0);
    expect(fallsAfter('unhealthy', times(50, plainValue(900)), 'ms')).toBeNull();
  });
  test('what is unhealthy sends it back', () => {
    expect(specOf('unhealthy').advisory).toBe(false);
    expect(fallsAfter('unhealthy', [plainValue(1501)], 'ms')).toBe(0);
  });
});

describe('up to thirty tries without an answer, a second apart:', () => {
  const no: Reading = { value: 0, samples: 1, bad: 1, total: 1 };
  const yes: Reading = { value: 1, samples: 1, bad: 0, total: 1 };
  const blindAfter = (answers: readonly Answer[]) => {
    const { judge: spec } = specOf('comes-up');
    let state = gateJudge.begin(null, false);
    for (const [index, answer] of answers.entries())
      state = gateJudge.judge(spec, state, {
        measurement: asMeasurement(answer, 'yesNo'),
        at: index * 1000,
      }).state;
    const { blind, verdict } = gateJudge.final(spec, state);
    return blind ? 'blind' : verdict;
  };
  test('twenty-nine errors are borne, the thirtieth ends it', () => {
    expect(blindAfter(times(29, 'error'))).not.toBe('blind');
    expect(blindAfter(times(30, 'error'))).toBe('blind');
    expect(blindAfter([...times(29, 'error'), yes])).toBe('pass');
  });
  test('and so are answers that say no', () => {
    expect(fallsAfter('comes-up', times(29, no), 'yesNo')).toBeNull();
    expect(fallsAfter('comes-up', times(30, no), 'yesNo')).toBe(29_000);
  });
});

describe('the database and dependencies in the body of the health endpoint:', () => {
  test.each([
    [{ database: { status: 'up' }, dependencies: { payments: { status: 'up' } } }, 200, 0],
    [{ database: { status: 'down' }, dependencies: { payments: { status: 'up' } } }, 200, 3],
    [{ database: { status: 'up' }, dependencies: { payments: { status: 'down' } } }, 200, 3],
    [{ database: { status: 'up' } }, 200, 3],
    [{ database: { status: 'up' }, dependencies: { payments: { status: 'up' } } }, 503, 3],
  ])('%j with status %i: exit %i', async (body, status, exit) => {
    const server = createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const fixture = new CliFixture();
    const { settings } = specOf('dependencies');
    const { path: _, ...rest } = settings as { path: string; expect: object };
    const http = { url: `http://127.0.0.1:${port}/health`, expect: rest.expect };
    fixture.write(
      'deploy.config.yaml',
      memoryConfig(
        `dependencies-${exit}-${status}-${JSON.stringify(body).length}`,
        `release: v1
canary: { duration: 0s, bake: 0s }
gates: { dependencies: { http: ${JSON.stringify(http)} } }`,
      ),
    );
    try {
      await fixture.run('deploy --release v1');
      expect((await fixture.run('analyze')).code).toBe(exit);
    } finally {
      fixture.remove();
      server.close();
      server.closeAllConnections();
    }
  });
});

test('no data is never a pass of any of them', () => {
  for (const name of Object.keys(gates)) {
    const { judge: spec } = specOf(name);
    const { state } = gateJudge.judge(spec, gateJudge.begin(null, false), {
      measurement: asMeasurement('silence', 'ratio'),
      at: 0,
    });
    expect([name, gateJudge.final(spec, state).verdict]).not.toEqual([name, 'pass']);
    expect([name, gateJudge.settled(spec, state).verdict]).not.toEqual([name, 'pass']);
  }
});
