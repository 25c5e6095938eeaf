/** Keys of a store, one for each record (decision 0011). Numbers are padded, so that names sort as numbers do. */
export const number = (seq: number) => String(seq).padStart(10, '0');

const NUMBERED = /^\d{10}$/;

/** The numbers among names, in order; whatever else lies there is none of ours. */
export function numbersIn(names: readonly string[]): number[] {
  return names.filter((name) => NUMBERED.test(name)).map(Number);
}

/** The highest number among names that are sorted, as a list gives them. */
export function lastIn(names: readonly string[]): number | null {
  const name = names.findLast((one) => NUMBERED.test(one));
  return name === undefined ? null : Number(name);
}

export const keys = {
  targets: 'targets',
  about: (target: string) => `targets/${target}/about`,
  log: (target: string) => `targets/${target}/log`,
  record: (target: string, seq: number) => `targets/${target}/log/${number(seq)}`,
  controls: (target: string) => `targets/${target}/control`,
  control: (target: string, seq: number) => `targets/${target}/control/${number(seq)}`,
  heartbeat: (target: string) => `targets/${target}/heartbeat`,
  /** A cache: the newest record's number when somebody last looked. */
  head: (target: string) => `targets/${target}/head`,
  /** Where the log begins since older records were pruned; the highest one counts. */
  floors: (target: string) => `targets/${target}/floor`,
  floor: (target: string, seq: number) => `targets/${target}/floor/${number(seq)}`,
  /** Damaged records, byte for byte, out of the way of new ones. */
  setAside: (target: string, seq: number, hash: string) =>
    `targets/${target}/set-aside/${number(seq)}-${hash.slice(0, 12)}`,
  /** What replaces them, by the number of the first one. */
  mendings: (target: string) => `targets/${target}/mending`,
  mending: (target: string, seq: number) => `targets/${target}/mending/${number(seq)}`,
  deployments: 'deployments',
  deployment: (id: string) => `deployments/${id}`,
};
