import { randomUUID } from 'node:crypto';
import type { Call } from './call.ts';
import { Fleet } from './fleet.ts';
import type { Answer } from './front.ts';
import type { Target, Targets } from './targets.ts';

type Pass = (call: Call) => Promise<Answer>;

interface Service {
  readonly serviceName: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly loadBalancers?: readonly { readonly targetGroupArn: string }[];
}

interface Task {
  readonly arn: string;
  readonly service: string;
  readonly definition: string;
  readonly group: string;
  readonly fleet: Fleet | null;
  state: 'RUNNING' | 'DEACTIVATING' | 'STOPPED';
  readonly stopped: { readonly at: number; readonly code: number } | null;
}

/** So often a task that ends by itself is started again before it is given up. */
const TRIES = 4;
/** Ms that a drained task takes to be gone; what a group says of draining is its own. */
const DRAIN = 1_000;

/**
 * The API server keeps clusters, task definitions and services; their tasks are real processes here.
 * A task of an image whose tag begins with `crash` ends at once, with a line in its log.
 */
export class Tasks {
  /** Told of a service where the API server forgets it. */
  readonly strategies = new Map<string, string>();
  #targets: Targets;
  #all: Task[] = [];
  #images = new Map<string, string>();
  #underWay = new Set<Promise<void>>();

  constructor(targets: Targets) {
    this.#targets = targets;
    targets.onGone((target) => void this.#end(target));
  }

  async clear(): Promise<void> {
    await Promise.all(this.#underWay);
    await Promise.all(this.#all.map(({ fleet }) => fleet?.stop()));
    this.#all = [];
    this.strategies.clear();
  }

  async carry(call: Call, pass: Pass): Promise<Answer> {
    const asked = JSON.parse(call.body.toString() || '{}') as Asked;
    const own = this.#own(call.action, asked);
    if (own) return { status: 200, headers: JSON_ANSWER, body: JSON.stringify(own) };
    const given = await pass(call);
    if (given.status !== 200) return given;
    const said = JSON.parse(String(given.body)) as Said;
    if (said.taskDefinition) this.#learn(said.taskDefinition);
    if (said.service) this.#reconcile(said.service);
    const body = JSON.stringify({
      ...said,
      ...(said.service ? { service: this.#counted(said.service) } : {}),
      ...(said.services ? { services: said.services.map((each) => this.#counted(each)) } : {}),
    });
    const { 'content-length': _, ...headers } = given.headers;
    return { ...given, headers, body };
  }

  #learn({ taskDefinitionArn, containerDefinitions }: Definition): void {
    this.#images.set(taskDefinitionArn, containerDefinitions[0]?.image ?? '');
  }

  #own(action: string, asked: Asked): object | null {
    if (action === 'ListTasks')
      return {
        taskArns: this.#of(asked.serviceName ?? '', asked.desiredStatus ?? 'RUNNING').map(
          ({ arn }) => arn,
        ),
      };
    if (action === 'DescribeTasks')
      return { tasks: this.#all.filter(({ arn }) => asked.tasks?.includes(arn)).map(described) };
    if (action === 'GetLogEvents')
      return {
        events: [
          { message: `log of ${asked.logStreamName?.split('/').slice(0, 2).join('/')}\n` },
          { message: 'cannot find the module it was made for\n' },
        ],
      };
    return null;
  }

  #of(service: string, state: Task['state']): readonly Task[] {
    return this.#all.filter((task) => task.service === service && task.state === state);
  }

  #counted(service: Service) {
    const running = this.#of(service.serviceName, 'RUNNING').length;
    const ended = this.#of(service.serviceName, 'STOPPED').filter(
      ({ stopped, definition }) => stopped && definition === service.taskDefinition,
    ).length;
    const strategy = this.strategies.get(service.serviceName);
    const rolloutState = ended >= TRIES ? 'FAILED' : 'IN_PROGRESS';
    return {
      ...service,
      runningCount: running,
      pendingCount: Math.max(0, service.desiredCount - running),
      deployments: [{ status: 'PRIMARY', failedTasks: ended, rolloutState }],
      ...(strategy ? { deploymentConfiguration: { strategy } } : {}),
    };
  }

  #reconcile(service: Service): void {
    const here = this.#of(service.serviceName, 'RUNNING');
    const right = here.filter(({ definition }) => definition === service.taskDefinition);
    for (const task of here.filter((each) => !right.includes(each))) this.#stop(task);
    for (const task of right.slice(service.desiredCount)) this.#stop(task);
    for (let lacking = service.desiredCount - right.length; lacking > 0; lacking--) {
      const work = this.#begin(service);
      this.#underWay.add(work);
      void work.finally(() => this.#underWay.delete(work));
    }
  }

  async #begin({ serviceName, taskDefinition, loadBalancers = [] }: Service): Promise<void> {
    const version = this.#images.get(taskDefinition)?.split(':').at(-1) ?? 'none';
    const group = loadBalancers[0]?.targetGroupArn ?? '';
    const arn = `arn:aws:ecs:eu-central-1:123456789012:task/shop/${randomUUID().replaceAll('-', '')}`;
    const known = { arn, service: serviceName, definition: taskDefinition, group };
    if (version.startsWith('crash')) {
      const stopped = { at: Date.now() / 1_000, code: 1 };
      for (let tries = 0; tries < TRIES; tries++)
        this.#all.push({ ...known, arn: `${arn}${tries}`, fleet: null, state: 'STOPPED', stopped });
      return;
    }
    const task: Task = {
      ...known,
      fleet: await Fleet.start(version, 1),
      state: 'RUNNING',
      stopped: null,
    };
    this.#all.push(task);
    for (const { id, port } of task.fleet?.targets ?? []) this.#targets.register(group, id, port);
  }

  #stop(task: Task): void {
    task.state = 'DEACTIVATING';
    for (const { id, port } of task.fleet?.targets ?? []) {
      const target = this.#targets.find(task.group, id, port);
      if (target) this.#targets.deregister(target, performance.now() + DRAIN);
    }
  }

  /** Its target has drained: now the process may go. */
  async #end({ id, port }: Target): Promise<void> {
    const task = this.#all.find(({ fleet }) =>
      fleet?.targets.some((target) => target.id === id && target.port === port),
    );
    if (!task) return;
    task.state = 'STOPPED';
    await task.fleet?.stop();
  }
}

const JSON_ANSWER = { 'content-type': 'application/x-amz-json-1.1' };

interface Asked {
  readonly serviceName?: string;
  readonly desiredStatus?: Task['state'];
  readonly tasks?: readonly string[];
  readonly logStreamName?: string;
}

interface Definition {
  readonly taskDefinitionArn: string;
  readonly containerDefinitions: readonly { readonly image: string }[];
}

interface Said {
  readonly service?: Service;
  readonly services?: readonly Service[];
  readonly taskDefinition?: Definition;
}

const described = ({ arn, definition, stopped }: Task) => ({
  taskArn: arn,
  taskDefinitionArn: definition,
  ...(stopped
    ? {
        stoppedAt: stopped.at,
        stoppedReason: 'Essential container in task exited',
        containers: [{ name: 'app', exitCode: stopped.code }],
      }
    : { createdAt: 0 }),
});
