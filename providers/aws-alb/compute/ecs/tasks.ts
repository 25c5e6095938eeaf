import type { Caller } from '../../../../src/clients/aws/caller.ts';
import type { JsonSender } from '../../../../src/clients/aws/json.ts';
import { readDefinition } from './revision.ts';
import type { EcsCalls } from './service.ts';

/** So many tasks are described, and so many lines of the newest are read. */
const MOST_TASKS = 10;
const LINES = 20;

interface Task {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly stoppedReason?: string;
  readonly stoppedAt?: number;
  readonly createdAt?: number;
  readonly containers?: readonly {
    readonly name: string;
    readonly exitCode?: number;
    readonly reason?: string;
  }[];
}

export interface TaskDoors {
  readonly ecs: EcsCalls;
  readonly logs: Caller<JsonSender>;
  readonly cluster: string;
  readonly container: string;
}

export interface TasksAsked {
  readonly service: string;
  readonly taskDefinition: string;
  readonly status: 'RUNNING' | 'STOPPED';
}

/** Tasks of a revision, the newest first. AWS tells of stopped ones for an hour. */
export async function readTasks(
  { ecs, cluster }: TaskDoors,
  { service, taskDefinition, status }: TasksAsked,
  signal: AbortSignal,
): Promise<readonly Task[]> {
  const asked = { cluster, serviceName: service, desiredStatus: status, maxResults: MOST_TASKS };
  const { taskArns } = await ecs.read(
    (door, options) => door.send<{ taskArns: readonly string[] }>('ListTasks', asked, options),
    signal,
  );
  if (taskArns.length === 0) return [];
  const described = { cluster, tasks: taskArns };
  const { tasks } = await ecs.read(
    (door, options) => door.send<{ tasks: readonly Task[] }>('DescribeTasks', described, options),
    signal,
  );
  const when = ({ stoppedAt, createdAt }: Task) => stoppedAt ?? createdAt ?? 0;
  return tasks
    .filter((task) => task.taskDefinitionArn === taskDefinition)
    .toSorted((a, b) => when(b) - when(a));
}

/** `task 4f2a stopped: Essential container in task exited; app exits with code 1` */
export function taskEndOf(task: Task, container: string): string {
  const own = task.containers?.find(({ name }) => name === container);
  const code = own?.exitCode === undefined ? null : `${container} exits with code ${own.exitCode}`;
  const parts = [task.stoppedReason ?? 'for no reason that AWS gives', own?.reason, code];
  return `task ${taskId(task)} stopped: ${parts.filter(Boolean).join('; ')}`;
}

const taskId = ({ taskArn }: Task) => taskArn.split('/').at(-1) ?? taskArn;

/** The last lines of a task, where it sends them to CloudWatch Logs. */
export async function linesOf(
  { ecs, logs, container }: TaskDoors,
  task: Task,
  { lines = LINES, signal }: { readonly lines?: number; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const { taskDefinition } = await readDefinition(ecs, task.taskDefinitionArn, signal);
  const own = taskDefinition.containerDefinitions.find(({ name }) => name === container);
  const { logDriver, options: said = {} } = own?.logConfiguration ?? {};
  const prefix = said['awslogs-stream-prefix'];
  if (logDriver !== 'awslogs' || !prefix) return [];
  const asked = {
    logGroupName: said['awslogs-group'],
    logStreamName: `${prefix}/${container}/${taskId(task)}`,
    limit: lines,
    startFromHead: false,
  };
  try {
    const { events } = await logs.read(
      (door, options) =>
        door.send<{ events: readonly { message: string }[] }>('GetLogEvents', asked, options),
      signal,
    );
    return events.map(({ message }) => message.trimEnd());
  } catch (error) {
    // What it printed is no reason to hide why it stopped.
    return [`(its log cannot be read: ${(error as Error).message})`];
  }
}
