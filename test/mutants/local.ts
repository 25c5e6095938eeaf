import { type Mutant, named } from './mutant.ts';

const local = (pattern: string, file: string) => named(pattern, `providers/local/${file}`);

/** The processes of this machine. */
export const LOCAL: readonly Mutant[] = [
  {
    file: 'providers/local/keeper/keeper.ts',
    name: 'undrained-without-a-share',
    sentence: 'A release without a share of the traffic is stopped in the middle of its requests.',
    find: '    replica.drain();\n',
    replace:
      '    if (!this.#table.split?.[replica.release]) return void replica.stop();\n    replica.drain();\n',
    caughtBy: local('although it has no share', 'keeper/ending'),
  },
  {
    file: 'providers/local/keeper/keeper.ts',
    name: 'secrets-of-whoever-calls',
    sentence: 'What runs is started again with the secrets of somebody who wanted something else.',
    find: 'this.#learn({ ...spare, ...this.#secrets, ...secrets });',
    replace: 'this.#learn({ ...this.#secrets, ...spare, ...secrets });',
    caughtBy: local('keeps its own secrets', 'replica/failure'),
  },
  {
    file: 'providers/local/replica/replica.ts',
    name: 'recorded-after-it-is-spawned',
    sentence: 'A replica that is spawned in the moment of a crash is known to nobody.',
    find: '    writeRecord(home, { ...record, pid: null, started: null });\n',
    replace: '',
    caughtBy: local('is recorded before', 'replica/replica'),
  },
];
