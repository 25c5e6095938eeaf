import { expect, test } from 'vitest';
import { writeAnalysis } from '../../../src/cli/run/analysis-page.ts';
import type { Input } from '../../../src/cli/shell/command.ts';
import { createRedactor } from '../../../src/lib/redact.ts';
import { probeGate } from '../../helpers/world.ts';

/** The file that is written where one secret is known. */
async function written(secret: string, reason: string): Promise<string> {
  let text = '';
  const io = {
    cwd: '/',
    clock: { wall: () => 0 },
    redact: createRedactor([secret]).redact,
    writeFile: async (_: string, content: string) => {
      text = content;
    },
    stderr: { write: () => true },
  };
  await writeAnalysis(
    { io, name: 'analyze', args: [], options: {} } as unknown as Input,
    'page.html',
    {
      version: 'v2',
      stable: null,
      place: 'here',
      past: null,
      series: [{ gate: 'errors', spec: probeGate, points: [], verdict: 'fail', reason }],
    },
  );
  return text;
}

test.each(['a`b`c`d`e', `p&ss<w>"o'r\`d`, 'tab\there`and`there'])(
  'no secret is on a page, whatever markup would make of its signs: %j',
  async (secret) => {
    const page = await written(secret, `the server said ${secret} again`);
    expect(page).toContain('the server said [secret] again');
  },
);
