/** Where things lie in a store. Numbers are padded, so that names sort as numbers do. */
const number = (seq: number) => String(seq).padStart(10, '0');

export const keys = {
  targets: 'targets',
  about: (target: string) => `targets/${target}/about`,
  record: (target: string, seq: number) => `targets/${target}/log/${number(seq)}`,
  control: (target: string, seq: number) => `targets/${target}/control/${number(seq)}`,
  heartbeat: (target: string) => `targets/${target}/heartbeat`,
  /** A cache: the newest record's number when somebody last looked. */
  head: (target: string) => `targets/${target}/head`,
  deployments: 'deployments',
  deployment: (id: string) => `deployments/${id}`,
};
