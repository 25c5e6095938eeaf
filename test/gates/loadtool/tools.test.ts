import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { settings } from '../../../gates/loadtool/settings.ts';
import { createLoadToolSource } from '../../../gates/loadtool/source.ts';
import type { Tool } from '../../../gates/loadtool/summaries.ts';
import { asking, means, serve } from '../kit/rig.ts';

const { PATH = '' } = process.env;
const isHere = (tool: string) =>
  PATH.split(delimiter).some((folder) => existsSync(join(folder, tool)));

/** A hundred requests each, which carry the headers that lead to the candidate. */
const RUNS: Readonly<Record<Tool, readonly string[]>> = {
  ab: ['sh', '-c', 'ab -q -n 100 -c 4 -H "$DEPLOYCTL_HEADERS" "$DEPLOYCTL_ADDRESS/cart"'],
  vegeta: [
    'sh',
    '-c',
    'printf "GET %s/cart\\n%s\\n" "$DEPLOYCTL_ADDRESS" "$DEPLOYCTL_HEADERS" | vegeta attack -rate 100 -duration 1s | vegeta report -type=json',
  ],
  oha: [
    'sh',
    '-c',
    'oha -n 100 -c 4 --no-tui --output-format json -H "$DEPLOYCTL_HEADERS" "$DEPLOYCTL_ADDRESS/cart"',
  ],
  k6: ['k6', 'run', '--quiet', '-u', '4', '-i', '100', '--summary-export', 'SUMMARY', 'SCRIPT'],
};

const K6_SCRIPT = `import http from 'k6/http';
const headers = Object.fromEntries(__ENV.DEPLOYCTL_HEADERS.split('\\n').map((line) => line.split(': ')));
export default () => { http.get(__ENV.DEPLOYCTL_ADDRESS + '/cart', { headers }); };
`;

describe.each(Object.entries(RUNS))('%s, where this machine has it', (tool, run) => {
  test.skipIf(!isHere(tool))(
    'its requests arrive with their headers, and its summary is read',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'loadtool-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const script = join(folder, 'load.js');
      const summary = tool === 'k6' ? join(folder, 'summary.json') : null;
      await writeFile(script, K6_SCRIPT);
      let asked = 0;
      const address = await serve((request, response) => {
        const isOurs = request.url === '/cart' && request.headers['x-canary'] === 'v42';
        if (isOurs) asked++;
        response.statusCode = isOurs && asked % 10 === 0 ? 503 : 200;
        response.end('x'.repeat(asked % 7));
      });
      const words = run.map((word) =>
        word === 'SUMMARY' ? summary : word === 'SCRIPT' ? script : word,
      );
      const given = settings.parse({ tool, run: words, summary, sendsHeaders: true });
      const reach = async () => ({ url: address, headers: { 'x-canary': 'v42' } });
      const source = createLoadToolSource({ ...means, env: { PATH } });
      const errors = await source.measure(asking(given, { reach }));
      // One that keeps a rate may have time for one less: what has arrived is what it has to tell.
      expect(asked).toBeGreaterThan(90);
      expect(errors, errors.detail).toMatchObject({
        kind: 'ok',
        candidate: { samples: asked, bad: Math.floor(asked / 10), total: asked },
      });
      const slow = await source.measure(asking({ ...given, measure: 'p90' }, { reach }));
      expect(slow, slow.detail).toMatchObject({ kind: 'ok', unit: 'ms' });
    },
    60_000,
  );
});
