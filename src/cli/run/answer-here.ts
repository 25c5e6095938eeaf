import type { DeployEvent, EventType } from '../../contract/index.ts';
import { findDeployment, readNewest, sendControl, type World } from '../../engine/index.ts';
import type { Io } from '../shell/io.ts';

const ANSWER_HERE_WORDS =
  'Answer here: y or n, then Enter. Or from another terminal, as shown above.';
const ANSWERS = [
  { typed: /^y(es)?$/i, kind: 'approve' },
  { typed: /^no?$/i, kind: 'reject' },
] as const;

const OPENING: readonly EventType[] = ['begun'];
const CLOSING: readonly EventType[] = ['paused', 'ended'];
/** After these nobody is asked any more. */
const SETTLING: readonly EventType[] = ['control', 'step-begun', 'step-ended', 'turned'];

/**
 * Takes what is typed while a deployment goes on: an answer where one is asked for, and nothing that
 * a shell would run afterwards.
 */
export class AnswersHere {
  readonly #io: Io;
  readonly #tell: (event: DeployEvent) => void;
  #world: World | null = null;
  #end: (() => void) | null = null;
  #asked: string | null = null;
  #line = '';

  constructor(io: Io, tell: (event: DeployEvent) => void) {
    this.#io = io;
    this.#tell = tell;
  }

  /** Whose log the answers go to. */
  answerTo(world: World): void {
    this.#world = world;
  }

  hear(event: DeployEvent): void {
    const { type, deployment } = event;
    if (OPENING.includes(type))
      this.#end ??= this.#io.keyboard?.listen((key) => this.#key(key)) ?? null;
    if (type === 'waiting' && this.#end) {
      this.#asked = deployment;
      this.#line = '';
      this.#say(ANSWER_HERE_WORDS);
    }
    if (SETTLING.includes(type)) this.#asked = null;
    if (CLOSING.includes(type)) this.close();
  }

  close(): void {
    this.#asked = null;
    this.#end?.();
    this.#end = null;
  }

  #key(key: string): void {
    if (this.#asked === null) return;
    if (key === '\r' || key === '\n') return void this.#entered(this.#asked, this.#line.trim());
    this.#line = /[\b\u007f]/.test(key)
      ? this.#line.slice(0, -1)
      : `${this.#line}${key}`.slice(-10);
    this.#say(this.#line === '' ? ANSWER_HERE_WORDS : `Answer: ${this.#line} (Enter sends it)`);
  }

  #entered(deployment: string, line: string): void {
    this.#line = '';
    const answer = ANSWERS.find(({ typed }) => typed.test(line));
    if (!answer || !this.#world) return void this.#say(ANSWER_HERE_WORDS);
    this.#asked = null;
    void sendAnswerHere(this.#world, deployment, answer.kind).catch((error: Error) => {
      this.#asked = deployment;
      this.#say(`The answer was not accepted: ${error.message}`);
    });
  }

  #say(message: string): void {
    const deployment = this.#asked ?? '';
    const data = { level: 'info', message } as const;
    this.#tell({ type: 'notice', at: this.#io.clock.wall(), deployment, data });
  }
}

/** In the log as any other: bound to the plan, and with the name of who said it. */
async function sendAnswerHere(
  world: World,
  deployment: string,
  kind: 'approve' | 'reject',
): Promise<void> {
  const { plan } = await findDeployment(world.store, deployment);
  const { state } = await readNewest(world, plan.target.id);
  if (state?.id !== deployment || state.ended) return;
  await sendControl(world, state, { kind, reason: null, actor: world.holder.actor });
}
