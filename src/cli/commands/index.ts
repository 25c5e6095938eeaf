import type { Command } from '../shell/command.ts';

interface CatalogueEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every verb, with its summary at hand and its code loaded when it is used. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    name: 'deploy',
    summary: 'deploy a release, step by step, through its gates',
    load: async () => (await import('./deploy.ts')).command,
  },
  {
    name: 'plan',
    summary: 'show what a deployment would do',
    load: async () => (await import('./plan.ts')).command,
  },
  {
    name: 'rollback',
    summary: 'undo a deployment',
    load: async () => (await import('./rollback.ts')).command,
  },
  {
    name: 'resume',
    summary: 'resume an unfinished deployment',
    load: async () => (await import('./resume.ts')).command,
  },
  {
    name: 'status',
    summary: 'show what is live and what runs',
    load: async () => (await import('./status.ts')).command,
  },
  {
    name: 'history',
    summary: 'list deployments, or show one in full',
    load: async () => (await import('./history.ts')).command,
  },
  {
    name: 'prune',
    summary: 'remove the oldest deployments from the journal',
    load: async () => (await import('./prune.ts')).command,
  },
  {
    name: 'approve',
    summary: 'approve a deployment that waits for approval',
    load: async () => (await import('./control.ts')).approveControl,
  },
  {
    name: 'reject',
    summary: 'reject a deployment that waits for approval',
    load: async () => (await import('./control.ts')).reject,
  },
  {
    name: 'promote',
    summary: 'end the current wait early',
    load: async () => (await import('./control.ts')).promote,
  },
  {
    name: 'pause',
    summary: 'stop a running deployment where it is',
    load: async () => (await import('./control.ts')).pause,
  },
  {
    name: 'abort',
    summary: 'abort a running deployment and roll it back',
    load: async () => (await import('./control.ts')).abort,
  },
  {
    name: 'analyze',
    summary: 'ask the gates about the live release',
    load: async () => (await import('./analyze.ts')).command,
  },
  {
    name: 'logs',
    summary: 'show the logs of the service',
    load: async () => (await import('./logs.ts')).command,
  },
  {
    name: 'up',
    summary: 'start the service again, as after a reboot',
    load: async () => (await import('./up.ts')).command,
  },
  {
    name: 'down',
    summary: 'stop the whole service',
    load: async () => (await import('./down.ts')).command,
  },
  {
    name: 'init',
    summary: 'write a first config',
    load: async () => (await import('./init.ts')).command,
  },
  {
    name: 'validate',
    summary: 'check the config',
    load: async () => (await import('./validate.ts')).command,
  },
  {
    name: 'doctor',
    summary: 'check the machine, the journal and what serves',
    load: async () => (await import('./doctor.ts')).command,
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    load: async () => (await import('./completion.ts')).command,
  },
];

/** What a completion script asks while somebody types; listed nowhere. */
export const hidden: readonly CatalogueEntry[] = [
  {
    name: '__complete',
    summary: 'deployments that begin with a word',
    load: async () => (await import('./complete.ts')).command,
  },
];
