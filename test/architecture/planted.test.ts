import { describe, expect, it } from 'vitest';
import { breachesOf } from './breaches.ts';

describe('a planted breach is found', () => {
  it.each<[sentence: string, file: string, source: string, told: string]>([
    ['contract → lib', 'src/contract/a.ts', "import '../lib/clock.ts';", 'contract must not'],
    ['contract → built-in', 'src/contract/a.ts', "import 'node:fs';", 'contract must not'],
    ['lib → contract', 'src/lib/a.ts', "export * from '../contract/a.ts';", 'lib must not'],
    ['lib → package', 'src/lib/a.ts', "import 'zod';", "'zod'"],
    [
      'engine → stores',
      'src/engine/a.ts',
      "import '../../stores/file/index.ts';",
      'engine must not',
    ],
    [
      'engine → strategies, as a type',
      'src/engine/a.ts',
      "import type { A } from '../../strategies/a.ts';",
      'engine must not',
    ],
    [
      'engine → gates, as an inline type',
      'src/engine/a.ts',
      "type A = import('../../gates/a.ts').A;",
      'engine must not',
    ],
    [
      'engine → providers, lazily',
      'src/engine/a.ts',
      "await import('../../providers/index.ts');",
      'engine must not',
    ],
    ['engine → files', 'src/engine/a.ts', "import 'node:fs';", 'engine must not'],
    ['engine → bare built-in', 'src/engine/a.ts', "import 'fs';", 'engine must not'],
    [
      'engine → execa',
      'src/engine/a.ts',
      "import 'execa';",
      'only for providers/ and src/clients/',
    ],
    [
      'strategies → engine',
      'strategies/a.ts',
      "import '../src/engine/run.ts';",
      'strategies must not',
    ],
    [
      'strategy settings → engine',
      'strategies/a/settings.ts',
      "import '../../src/engine/run.ts';",
      'strategy doors must not',
    ],
    [
      'a strategy → its settings',
      'strategies/a/plan.ts',
      "import './settings.ts';",
      'strategies must not',
    ],
    ['strategies → clock', 'strategies/a.ts', "import 'node:timers';", 'strategies must not'],
    [
      'providers → engine',
      'providers/a/b.ts',
      "import '../../src/engine/run.ts';",
      'providers must not',
    ],
    ['judge → gates', 'src/judge/a.ts', "import '../../gates/http.ts';", 'judge must not'],
    ['judge → files', 'src/judge/a.ts', "import 'node:fs';", 'judge must not'],
    ['gates → stores', 'gates/a/b.ts', "import '../../stores/file/index.ts';", 'gates must not'],
    [
      'stores → gates',
      'stores/a/b.ts',
      "export { a } from '../../gates/http.ts';",
      'stores must not',
    ],
    [
      'clients → providers',
      'src/clients/a.ts',
      "import '../../providers/index.ts';",
      'clients must not',
    ],
    [
      'reporters → engine',
      'reporters/a/b.ts',
      "import '../../src/engine/run.ts';",
      'reporters must not',
    ],
    ['settings → config', 'src/settings/a.ts', "import '../config/index.ts';", 'settings must not'],
    ['config → cli', 'src/config/a.ts', "import '../cli/program.ts';", 'config must not'],
    ['cli → compose', 'src/cli/a.ts', "import '../compose/index.ts';", 'cli must not'],
    [
      'cli → providers',
      'src/cli/commands/a.ts',
      "import '../../../providers/index.ts';",
      'cli must not',
    ],
    ['main → engine', 'src/main.ts', "import './engine/run.ts';", 'main must not'],
    ['anything → main', 'src/config/a.ts', "import '../main.ts';", 'config must not'],
    ['product → tests', 'src/lib/a.ts', "import '../../test/helpers/setup.ts';", 'lib must not'],
    ['a folder of no layer', 'src/utils/a.ts', '', 'no layer'],
    ['an import without ending', 'src/engine/a.ts', "import './run';", '.ts ending'],
    ['chalk in a provider', 'providers/local/a.ts', "import 'chalk';", 'only for reporters/'],
    ['ora in a gate', 'gates/a/b.ts', "import 'ora';", 'only for reporters/'],
    ['commander in the config', 'src/config/a.ts', "import 'commander';", 'only for reporters/'],
    ['execa in a store', 'stores/a/b.ts', "await import('execa');", 'only for providers/'],
    ['process.exit in main', 'src/main.ts', 'process.exit(1);', 'process.exit'],
    ['process.exit in a provider', 'providers/local/a.ts', 'process.exit(1);', 'process.exit'],
    ['exit by import', 'src/cli/a.ts', "import { exit } from 'node:process';", 'process.exit'],
    ['process.env in the config', 'src/config/a.ts', "process['env'];", 'process.env'],
    ['process.env the long way', 'src/cli/a.ts', 'globalThis.process.env;', 'process.env'],
    ['Date.now in the engine', 'src/engine/a.ts', 'Date.now();', 'Date.now'],
    ['the present date in the engine', 'src/engine/a.ts', 'new Date();', 'new Date()'],
    ['setTimeout in a gate', 'gates/a/b.ts', 'setTimeout(() => {}, 1);', 'setTimeout'],
    [
      'setInterval in the kubernetes provider',
      'providers/kubernetes/a.ts',
      'globalThis.setInterval(f, 1);',
      'setInterval',
    ],
    [
      'a timer by import',
      'gates/a/b.ts',
      "import { setTimeout as later } from 'node:timers/promises';",
      'setTimeout',
    ],
    [
      'an error told by its class',
      'src/engine/a.ts',
      'if (e instanceof ProviderError) f();',
      'instanceof ProviderError',
    ],
    [
      'an error for people made beside the code that throws it',
      'src/engine/run/a.ts',
      "throw new DeployError('held', { message: 'No.' });",
      'errors.ts of its room',
    ],
    ['console in the command line', 'src/cli/a.ts', "console.log('');", 'console'],
    ['console in the local provider', 'providers/local/a.ts', "console.log('');", 'console'],
    ['an async strategy', 'strategies/a.ts', 'export async function f() {}', 'uses async'],
    [
      'an async arrow in a strategy',
      'strategies/a.ts',
      'export const f = async () => {};',
      'uses async',
    ],
    ['await in a strategy', 'strategies/a.ts', 'await f();', 'uses await'],
    [
      'a promise in a strategy',
      'strategies/a.ts',
      'export type A = Promise<void>;',
      'uses Promise',
    ],
    [
      'a folder made elsewhere',
      'providers/local/a.ts',
      "mkdirSync('a');",
      'only src/lib/safe-files',
    ],
    [
      'a folder for temporary files',
      'src/cli/a.ts',
      "import { tmpdir } from 'node:os';",
      'only src/lib/safe-files',
    ],
    [
      'the control socket by another way',
      'providers/local/a.ts',
      "import { connect } from 'node:net';",
      'uses net.connect',
    ],
    ['state found by another way', 'stores/a/b.ts', 'stateHome(env);', 'uses stateHome'],
    [
      'a room → one above it',
      'src/engine/journal/a.ts',
      "import '../lock/b.ts';",
      'above its room',
    ],
    ['a room → the door', 'src/engine/run/a.ts', "import '../index.ts';", 'above its room'],
    ['a room of no list', 'src/engine/a/b.ts', "import '../world/c.ts';", 'no room'],
    ['301 lines', 'src/cli/a.ts', '//\n'.repeat(301), 'has 301 lines'],
  ])('%s', (_, file, source, told) => {
    const breaches = breachesOf(file, source);
    expect(breaches.join('\n')).toContain(told);
    expect(breaches.every((breach) => breach.startsWith(`${file}: `))).toBe(true);
  });
});

describe('what is allowed is left alone', () => {
  it.each<[sentence: string, file: string, source: string]>([
    [
      'the engine on contract, lib and itself',
      'src/engine/a.ts',
      "import '../contract/index.ts'; import '../lib/clock.ts'; import './b.ts';",
    ],
    [
      'a room on those below it',
      'src/engine/run/a.ts',
      "import '../lock/session.ts'; import './b.ts'; import '../../contract/index.ts';",
    ],
    [
      'the composition on everything',
      'src/compose/index.ts',
      "import('../../providers/index.ts'); import('../../stores/file/index.ts');",
    ],
    [
      'main on the command line',
      'src/main.ts',
      "import('./cli/program.ts'); import('./compose/index.ts'); export * from './host/io.ts';",
    ],
    ['the environment in the host', 'src/host/a.ts', 'process.env;'],
    ['chalk in a reporter', 'reporters/a/b.ts', "import 'chalk'; console.log(Date.now());"],
    ['execa in a client', 'src/clients/a.ts', "import { execa } from 'execa';"],
    [
      'time in the local provider',
      'providers/local/a.ts',
      'setTimeout(f, Date.now()); process.env;',
    ],
    ['timers in a client', 'src/clients/a.ts', 'setTimeout(f, 1);'],
    [
      'an error for people in the errors.ts of a room',
      'src/cli/a/errors.ts',
      "export const a = () => new DeployError('held', { message: 'No.' });",
    ],
    ['a date of a given time', 'src/engine/a.ts', 'new Date(0);'],
    [
      'words in comments and strings',
      'strategies/a.ts',
      "// await console.log\nexport const a = 'process.exit(1) import x';",
    ],
    ['300 lines', 'src/cli/a.ts', '//\n'.repeat(300)],
  ])('%s', (_, file, source) => {
    expect(breachesOf(file, source)).toEqual([]);
  });
});
