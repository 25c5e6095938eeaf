import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtBinary } from '../built.ts';
import { containerNamed } from '../container.ts';
import { type Ran, Run } from '../fixture.ts';

const PLUG_IN = join(import.meta.dirname, 'platform.ts');

/**
 * A machine without anything of its own but a copy of the config: another home, other processes, and
 * the same name as all the others, as CI runners have.
 */
export class Machine {
  readonly folder: string;
  readonly #shared: string;

  constructor(shared: string, name: string) {
    this.#shared = shared;
    this.folder = join(shared, name);
    mkdirSync(this.folder, { recursive: true });
    this.configure();
  }

  configure(hold = '200ms'): void {
    const config = `\
service: shop
strategy: canary
plugins: [${PLUG_IN}]
store: file://${join(this.#shared, 'journal')}
provider: { platform: {} }
defaults: { bake: 0s }
canary: { stages: [{ weight: 50%, duration: ${hold} }] }
`;
    writeFileSync(join(this.folder, 'deploy.config.yaml'), config);
  }

  start(...args: string[]): Run {
    const [program, ...words] = containerNamed('runner');
    const { PATH } = process.env;
    const state = join(this.folder, 'state');
    const env = { PATH, HOME: this.folder, XDG_STATE_HOME: state, PLATFORM: this.#shared, CI: '1' };
    const line = [...words, process.execPath, builtBinary(), ...args];
    return new Run(spawn(program as string, line, { cwd: this.folder, env }));
  }

  run(...args: string[]): Promise<Ran> {
    return this.start(...args).ended;
  }
}
