import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from './mutant.ts';

const REPORT = 'report.json';

/** How a suite ended: `by` names the first test that failed. */
export type SuiteEnd =
  | { readonly end: 'passed' }
  | { readonly end: 'failed'; readonly by: string }
  /** It broke down or took too long, which proves nothing. */
  | { readonly end: 'broke'; readonly why: string };

export async function runSuite(folder: string, suite: Suite, bound: number): Promise<SuiteEnd> {
  const args =
    'storms' in suite
      ? ['test/simulation/main.ts', '--seed', '1', '--runs', String(suite.storms)]
      : vitestArguments(suite);
  await rm(join(folder, REPORT), { force: true });
  const { code, stdout, stderr } = await run(folder, args, bound);
  if (code === null) return { end: 'broke', why: `no end within ${bound / 1000} s` };
  return 'storms' in suite ? stormsEnd(code, stdout, stderr) : testsEnd(folder, stderr);
}

function vitestArguments({ files, named }: Exclude<Suite, { storms: number }>): string[] {
  const filter = named ? ['--testNamePattern', named] : [];
  const how = ['--reporter=json', `--outputFile=${REPORT}`, '--bail=1', '--maxWorkers=1'];
  return ['node_modules/vitest/vitest.mjs', 'run', ...how, ...filter, ...files];
}

interface Ran {
  /** Null when it was stopped. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(folder: string, args: readonly string[], bound: number): Promise<Ran> {
  const limits = { cwd: folder, timeout: bound, maxBuffer: 64 * 1024 * 1024 };
  const killed = { ...limits, killSignal: 'SIGKILL' as const };
  return new Promise((resolve) => {
    execFile(process.execPath, args, killed, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
}

function stormsEnd(code: number, stdout: string, stderr: string): SuiteEnd {
  if (code === 0) return { end: 'passed' };
  const found = stdout.split('\n').find((line) => line.startsWith('npm run sim'));
  return found ? { end: 'failed', by: found } : { end: 'broke', why: lastLine(stderr) };
}

interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Only a test that failed counts: a file that cannot be loaded finds any bug, and none. */
async function testsEnd(folder: string, stderr: string): Promise<SuiteEnd> {
  const report = await readReport(folder);
  if (!report) return { end: 'broke', why: lastLine(stderr) || 'it gave no report' };
  if (report.success) return { end: 'passed' };
  for (const { name, assertionResults } of report.testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    const file = name.slice(name.lastIndexOf('/test/') + 1);
    if (failed) return { end: 'failed', by: `${file}: ${failed.fullName.trim()}` };
  }
  const message = report.testResults.find(({ message }) => message)?.message ?? lastLine(stderr);
  return { end: 'broke', why: message.split('\n')[0] ?? '' };
}

async function readReport(folder: string): Promise<Report | null> {
  try {
    return JSON.parse(await readFile(join(folder, REPORT), 'utf8')) as Report;
  } catch {
    return null;
  }
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
