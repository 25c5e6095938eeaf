import { hostname, userInfo } from 'node:os';
import type { Machine } from '../cli/shell/composition.ts';
import type { Io } from '../cli/shell/io.ts';
import type { Holder } from '../contract/index.ts';
import { bootId, processNamespace, runs, startTime } from '../lib/process-life.ts';

/**
 * Who this is, and what can be proven about other holders from here: nothing about those on another
 * machine or in another container. A name of a host proves nothing, many are called `localhost`.
 */
export function thisMachine({ env }: Pick<Io, 'env'>): Machine {
  const boot = bootId();
  const namespace = processNamespace();
  const holder = {
    actor: {
      name: env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN || userName(),
      host: hostname(),
      url: runUrl(env),
    },
    host: hostname(),
    bootId: boot ?? hostname(),
    ...(namespace === null ? {} : { namespace }),
    pid: process.pid,
    started: startTime(process.pid) ?? '',
  };
  // A copy of a running virtual machine has all of it but, mostly, the name.
  const among = (other: Holder) =>
    boot !== null &&
    namespace !== null &&
    other.bootId === boot &&
    other.namespace === namespace &&
    other.host === holder.host;
  return {
    holder,
    provenDead: (other) => among(other) && runs(other) === false,
    provenAlive: (other) => among(other) && runs(other) === true,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

function runUrl(env: Io['env']): string | null {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    CI_JOB_URL: job,
  } = env;
  if (server && repository && run) return `${server}/${repository}/actions/runs/${run}`;
  return job || null;
}
