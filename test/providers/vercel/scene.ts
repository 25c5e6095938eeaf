import { expect } from 'vitest';
import { type Bed, type Options, startBed } from '../../beds/vercel/bed.ts';
import { type Around, CliFixture } from '../../helpers/run-cli.ts';

export interface Written {
  readonly files?: Readonly<Record<string, string>>;
  readonly strategy?: 'blue-green' | 'canary';
  /** How long each stage of a canary is held, and the whole is watched. */
  readonly hold?: string;
  readonly bake?: string;
  readonly project?: string;
  readonly team?: string;
  readonly folder?: string;
  /** Between two looks; who looks seldom shares what was read. */
  readonly poll?: string;
}

/** A folder with a config, from which the command line deploys to the bed. */
export class Scene {
  readonly bed: Bed;
  readonly fixture = new CliFixture();

  private constructor(bed: Bed) {
    this.bed = bed;
  }

  static async open(options: Options = {}): Promise<Scene> {
    return new Scene(await startBed(options));
  }

  get project() {
    return this.bed.platform.project;
  }

  /** The folder as a developer has it when he deploys this version. */
  write(version: string, written: Written = {}): this {
    const { files = {}, strategy = 'blue-green', hold = '0s', bake = '0s' } = written;
    const { project = 'shop', team = 'acme', folder = 'site', poll = '10ms' } = written;
    for (const [name, text] of Object.entries({ 'index.html': version, ...files }))
      this.fixture.write(`${folder}/${name}`, text);
    this.fixture.write(
      'deploy.config.yaml',
      `service: shop
strategy: ${strategy}
provider:
  vercel: { api: '${this.bed.url}', project: ${project}, team: ${team}, folder: ${folder}, propagation: 0s, poll: ${poll}, readLag: 0s }
defaults: { bake: ${bake}, check: [page] }
canary: { stages: [{ weight: 10%, duration: ${hold} }, { weight: 50%, duration: ${hold} }, { weight: 100%, duration: 0s }] }
gates: { page: { http: { path: / }, interval: 100ms } }
`,
    );
    return this;
  }

  async run(line: string, around: Around = {}) {
    const { token } = this.bed.platform.settings;
    const ran = await this.fixture.run(line, {
      ...around,
      env: { VERCEL_TOKEN: token, ...around.env },
    });
    return { ...ran, said: `${ran.stdout}${ran.stderr}` };
  }

  async deploy(version: string, written: Written = {}) {
    const ran = await this.write(version, written).run(`deploy --yes --release ${version}`);
    expect(ran.code, ran.said).toBe(0);
    return ran;
  }

  async visit(): Promise<string> {
    const [domain] = this.project.domains;
    return (await fetch(`http://${domain?.name}/`)).text();
  }

  /** Ends it, and says what was asked against the document. */
  async close(): Promise<readonly string[]> {
    const told = this.bed.violations();
    this.fixture.remove();
    await this.bed.close();
    return told;
  }
}
