import { appendFileSync } from 'node:fs';
import type { OutputLook } from '../cli/shell/composition.ts';
import type { Io } from '../cli/shell/io.ts';
import type { Reporter } from '../contract/index.ts';
import { redacted } from '../lib/redacted.ts';

/** Listens to a deployment for whoever looks at this output, and for plug-ins. */
export async function openReporter(
  io: Io,
  { form, look }: { readonly form: string; readonly look: OutputLook },
  more: readonly Reporter[],
): Promise<Reporter> {
  const { closeAll, fanOut } = await import('../../reporters/kit/emit.ts');
  const reporters = [await listener(io, form, look), ...(await outputs(io)), ...more];
  const onBroken = (error: unknown) => {
    look.stderr.write(`warning: progress output stopped: ${(error as Error)?.message ?? error}\n`);
  };
  const tell = fanOut(reporters, onBroken);
  return {
    // Before anybody cuts or wraps it: half a secret is not known again.
    report: (event) => tell(redacted(event, io.redact)),
    close: () => closeAll(reporters, onBroken),
  };
}

async function listener(
  io: Io,
  form: string,
  { stdout, color, typed }: OutputLook,
): Promise<Reporter> {
  const typing = typed ? { typed } : {};
  const output = { stream: stdout, color, now: () => io.clock.wall(), ...typing };
  if (form === 'json') return (await import('../../reporters/json/index.ts')).jsonReporter(output);
  if (form === 'auto' && io.env.GITHUB_ACTIONS === 'true') {
    const { githubReporter } = await import('../../reporters/github/index.ts');
    return githubReporter({ stream: stdout, ...typing, ...stepSummary(io) });
  }
  if (form === 'auto' && stdout.isTTY && !io.env.CI && io.env.TERM !== 'dumb')
    return (await import('../../reporters/terminal/index.ts')).terminalReporter(output);
  return (await import('../../reporters/plain/index.ts')).plainReporter(output);
}

/** Whatever form the log has. */
async function outputs({ env, redact }: Io): Promise<readonly Reporter[]> {
  const file = env.GITHUB_OUTPUT;
  if (env.GITHUB_ACTIONS !== 'true' || !file) return [];
  const { githubOutputs } = await import('../../reporters/github/outputs.ts');
  return [githubOutputs((text) => appendFileSync(file, redact(text)))];
}

function stepSummary({ env, redact }: Io): { appendSummary?: (text: string) => void } {
  const file = env.GITHUB_STEP_SUMMARY;
  return file ? { appendSummary: (text) => appendFileSync(file, redact(text)) } : {};
}
