import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Bed } from '../../beds/vercel/bed.ts';
import type { Ended } from './fixture.ts';

/** The version that `.ci/vercel` brings. */
const VERSION = '59.16.0';
const CACHE = process.env.DEPLOYCTL_TEST_CACHE ?? join(homedir(), '.cache', 'deployctl-test');
const HOME = join(CACHE, `vercel-${VERSION}`);

/** Vercel's own command line, where `.ci/vercel` has brought it. */
export const hasOfficial = existsSync(join(HOME, 'complete'));

/** Runs it in a folder that is linked to the project of a bed. */
export class OfficialClient {
  readonly #root = mkdtempSync(join(tmpdir(), 'deployctl-official-'));
  readonly folder = join(this.#root, 'site');
  readonly #bed: Bed;

  constructor(bed: Bed) {
    this.#bed = bed;
    const { project, settings } = bed.platform;
    this.write(
      '.vercel/project.json',
      JSON.stringify({
        projectId: project.id,
        orgId: settings.team.id,
        projectName: project.name,
      }),
    );
  }

  write(name: string, text: string): this {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return this;
  }

  async run(line: string): Promise<Ended> {
    const { url, platform } = this.#bed;
    const program = join(HOME, 'node_modules/vercel/dist/vc.js');
    const where = ['--api', url, '--token', platform.settings.token, '--cwd', this.folder];
    const child = spawn(process.execPath, [program, ...line.split(' '), ...where], {
      env: {
        PATH: process.env.PATH,
        HOME: join(this.#root, 'home'),
        CI: '1',
        VERCEL_TELEMETRY_DISABLED: '1',
        NO_UPDATE_NOTIFIER: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    const [code] = await once(child, 'close');
    return { code, said };
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
