import type { GateSpec, Unit } from '../../contract/index.ts';
import {
  figure,
  type PastReadings,
  USUAL_LEAST,
  usualOf,
  withTolerance,
} from '../../engine/index.ts';
import { type PastGate, pastOfGate } from '../plans/past-readings.ts';

type PastDeployments = readonly ReadonlyMap<string, PastGate>[];

/** A limit that the releases before, all of which were well, would have kept with room to spare. */
export interface Proposal {
  readonly gate: string;
  readonly key: 'max' | 'min';
  /** In the unit of the gate; and as a config says it. */
  readonly limit: number;
  readonly written: string;
  readonly usual: string;
  readonly releases: number;
}

/** Where too few releases are recorded: how many there are. */
export interface NoProposal {
  readonly gate: string;
  readonly releases: number;
}

const TOLERATED = { ratio: 1.5, difference: 0, floor: 0 };

/** From how the newest releases that succeeded differ among themselves. */
export function proposals(
  gates: Readonly<Record<string, GateSpec>>,
  past: PastDeployments,
  now: number,
): readonly (Proposal | NoProposal)[] {
  return Object.entries(gates).flatMap(([gate, spec]) => {
    const own = pastOfGate(past, gate, spec);
    if (!own) return [{ gate, releases: 0 }];
    if (own.unit === 'yesNo' || own.unit === 'perSecond') return [];
    return [proposed(gate, { ...own, key: limitKeyOf(spec) }, now)];
  });
}

const limitKeyOf = ({ judge }: GateSpec) =>
  judge.min !== null && judge.max === null ? ('min' as const) : ('max' as const);

function proposed(
  gate: string,
  { unit, releases, key }: { unit: Unit; releases: readonly PastReadings[]; key: 'max' | 'min' },
  now: number,
): Proposal | NoProposal {
  // A share of good ones is as high as that of the bad ones is low.
  const isTurned = key === 'min' && unit === 'ratio';
  if (key === 'min' && !isTurned) return { gate, releases: 0 };
  const read = isTurned ? releases.map((one) => one.map(failureShare)) : releases;
  const found = usualOf(read, { unit, now });
  if (!found) return { gate, releases: releases.length };
  const usual = withTolerance(found, TOLERATED);
  const [limit, value] = isTurned ? [1 - usual.limit, 1 - usual.value] : [usual.limit, usual.value];
  return {
    gate,
    key,
    limit: roundedOut(limit, unit, key),
    written: writtenLimit(roundedOut(limit, unit, key), unit),
    usual: figure(value, unit),
    releases: usual.releases,
  };
}

const failureShare = (reading: PastReadings[number]) => ({ ...reading, value: 1 - reading.value });

/** Away from what is usual: two figures are as exact as a prediction is. */
function roundedOut(limit: number, unit: Unit, key: 'max' | 'min'): number {
  const room = key === 'min' ? 1 - limit : limit;
  if (room <= 0) return key === 'min' ? 1 : unit === 'ratio' ? 0.001 : 1;
  const step = 10 ** (Math.floor(Math.log10(room)) - 1);
  const out = Number((Math.ceil(room / step - 1e-9) * step).toPrecision(4));
  return key === 'min' ? Number((1 - Math.min(1, out)).toPrecision(8)) : out;
}

function writtenLimit(limit: number, unit: Unit): string {
  if (unit === 'ratio') return `${Number((limit * 100).toPrecision(6))}%`;
  return unit === 'ms' ? `${Math.ceil(limit)}ms` : String(limit);
}

/** The gates with the proposed limits in place of their own. */
export function withProposals(
  gates: Readonly<Record<string, GateSpec>>,
  found: readonly (Proposal | NoProposal)[],
): Readonly<Record<string, GateSpec>> {
  const limits = found.flatMap((one) => ('limit' in one ? [one] : []));
  const entries = limits.map(({ gate, key, limit }): [string, GateSpec] => {
    const spec = gates[gate] as GateSpec;
    return [gate, { ...spec, judge: { ...spec.judge, [key]: limit } }];
  });
  return { ...gates, ...Object.fromEntries(entries) };
}

export function proposalWords(one: Proposal | NoProposal): readonly string[] {
  if (!('limit' in one))
    return [one.gate, `no limit: ${one.releases} of ${USUAL_LEAST} releases that are needed`];
  return [
    one.gate,
    `${one.key}: ${one.written}`,
    `usual ${one.usual} (${one.releases} releases that succeeded)`,
  ];
}
