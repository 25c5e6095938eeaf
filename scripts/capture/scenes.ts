import { lastPicture, writtenAsText } from './picture.ts';
import { asked, begin, finished, killedAt, newest, onTerminal, type Run, told } from './stage.ts';

/** What a scene gives: text for the page, and a picture where it has one. */
interface Played {
  readonly text: string;
  readonly picture?: string;
}

export type Scene = () => Promise<string | Played>;

const CANARY = 'deploy --strategy canary --config deploy.config.example.yaml';
const STORY = [
  /begun:/,
  /resumed:/,
  /deployment \w+ on/,
  /\[\d+\/\d+\]/,
  / traffic: \S+ \d/,
  / is live/,
  / serves /,
  /next:/,
  /back/,
];

/** In the order in which they go on from each other. */
export const scenes: Readonly<Record<string, Scene>> = {
  first: async () => {
    const run = await finished(begin(CANARY), 0);
    return shown(run, { keep: [...STORY, /gate errors/] });
  },
  bad: async () => {
    const run = await finished(begin('deploy --config examples/canary-bad.yaml'), 3);
    return `${shown(run, { keep: [...STORY, /gate errors/, /failed/] })}\n$ echo $?\n3`;
  },
  'blue-green': async () => {
    const run = begin('deploy --config examples/blue-green.yaml');
    await run.printed(/\[3\/\d+\] check/);
    await finished(run, 0);
    return shown(run, { keep: [...STORY, /gate home/] });
  },
  rollback: async () => {
    const id = await newest();
    const run = await finished(begin(`rollback ${id} --reason "looks wrong"`), 0);
    return shown(run);
  },
  rolling: async () => {
    const run = await finished(begin('deploy --config examples/rolling.yaml'), 0);
    return shown(run, { keep: [...STORY, /gate errors/] });
  },
  approval: async () => {
    const deploy = begin('deploy --config examples/approval.yaml --wait-approval');
    await deploy.printed(/go back/);
    const before = deploy.output();
    const status = await finished(begin('status'), 0);
    const approve = await finished(begin('approve --reason "numbers look fine"'), 0);
    await finished(deploy, 0);
    const first = shown(deploy, { keep: [...STORY, /ask/, /waiting/, /approve/], only: before });
    const rest = kept(deploy.output().slice(before.length), [...STORY, /approve/]);
    return `${first}\n\n# in another terminal\n${shown(status)}\n${shown(approve)}\n\n# and in the first one\n${rest}`;
  },
  'kill-resume': async () => {
    const deploy = await killed(/stage 2 of 4: watch/, 'v7');
    const status = await finished(begin('status'), 0);
    const answer = await asked('curl -s http://127.0.0.1:8080/');
    const resume = await finished(begin('resume'), 0);
    return `${deploy}\n${shown(status)}\n${answer}\n${shown(resume, { keep: STORY })}`;
  },
  'kill-rollback': async () => {
    const deploy = await killed(/stage 3 of 4: watch/, 'v8');
    const rollback = await finished(begin(`rollback ${await newest()}`), 0);
    return `${deploy}\n${shown(rollback)}`;
  },
  watch: async () => {
    const deploy = begin('deploy --config examples/rolling.yaml --release v9');
    await deploy.printed(/\[1\/\d+\]/);
    const watch = begin('status --watch');
    await finished(deploy, 0);
    await watch.ended;
    return shown(watch, { keep: [...STORY, /gate errors/] });
  },
  status: async () => shown(await finished(begin('status'), 0)),
  history: async () => {
    const list = await finished(begin('history'), 0);
    const bad = /^ +(\w+) +v3-broken /m.exec(list.output())?.[1] ?? (await newest());
    const one = await finished(begin(`history ${bad}`), 0);
    return `${shown(list)}\n${shown(one, { keep: [...STORY, /gate errors/, /failed/] })}`;
  },
  live: async () => {
    const run = onTerminal('deploy --config examples/canary-good.yaml --release v10');
    await finished(run, 0);
    const picture = told(lastPicture(run.output(), /▸ stage 3 of 4: watch/));
    const line = `$ npx deployctl ${run.line}`;
    return { text: `${line}\n${writtenAsText(picture)}`, picture: `${line}\n${picture}` };
  },
  plan: async () =>
    shown(await finished(begin('plan --config examples/blue-green.yaml --release v11'), 0)),
  down: async () => shown(await finished(begin('down --yes'), 0)),
};

async function killed(moment: RegExp, version: string): Promise<string> {
  const line = `deploy --config examples/canary-good.yaml --release ${version}`;
  const lines = kept(await killedAt(moment, line), [/begun:/, / traffic: \S+ \d/, moment]);
  return `$ npx deployctl ${line} &\n${lines}\n$ kill -9 %1`;
}

function shown(run: Run, options: { keep?: readonly RegExp[]; only?: string } = {}): string {
  const text = options.only ?? run.output();
  const lines = options.keep ? kept(text, options.keep) : told(text);
  return `$ npx deployctl ${run.line}\n${lines}`;
}

/** The lines that matter, and how many there were besides. */
function kept(text: string, wanted: readonly RegExp[]): string {
  const all = told(text).split('\n');
  const lines = all.filter((line) => wanted.some((words) => words.test(line)));
  const left = all.length - lines.length;
  return left === 0 ? lines.join('\n') : `${lines.join('\n')}\n   (${left} more lines left out)`;
}
