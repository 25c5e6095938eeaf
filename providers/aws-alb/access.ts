import type { Access } from '../../src/contract/index.ts';
import type { Desk } from './desk.ts';
import type { Facts } from './facts.ts';
import { previewIn } from './header-rules.ts';
import { occupantNamed } from './occupant.ts';
import { readPlace, readRules } from './reading.ts';
import { albSplitOf } from './standing.ts';

/** One release alone is reached as users reach the service, with a header that a rule of ours looks for. */
export function accessTo(desk: (signal: AbortSignal) => Desk, facts: () => Promise<Facts>): Access {
  const close = async () => {};
  return {
    reach: async (release, signal) => {
      const { url } = await facts();
      if (release === null) return { url, headers: {}, close };
      const asked = desk(signal);
      const rule = previewIn(await readRules(asked), release);
      if (rule) return { url, headers: { [rule.header.name]: rule.header.value }, close };
      const split = albSplitOf(await readPlace(asked)) ?? {};
      return split[release] === 100 ? { url, headers: {}, close } : null;
    },
    // Targets that are given, or started by a program, keep their logs where this tool does not reach.
    logs: async (release, limits) => {
      const asked = desk(limits.signal);
      const group = occupantNamed(await readPlace(asked), release)?.group;
      return (group && (await asked.compute.logs?.(group.arn, limits))) ?? [];
    },
  };
}
