import { failureClass, type Review } from '../../src/contract/index.ts';
import { readListener } from './arn.ts';
import type { Desk } from './desk.ts';
import { pagesOfRules, type RulesReading } from './reading.ts';

/** AWS's own, until an account asks for more: rules of all listeners together, the defaults not counted. */
const RULES_AT_LEAST = 100;
const QUOTA = 'rules-per-application-load-balancer';

type QuotaDesk = Pick<Desk, 'calls' | 'at' | 'signal'>;

/** So many rules shall come, more than go before; the account is asked for its quota only where the usual one does not do. */
export async function ruleQuota(
  desk: QuotaDesk,
  { rules }: Pick<RulesReading, 'rules'>,
  coming: number,
): Promise<Review> {
  if (coming <= 0) return { refusals: [], notes: [] };
  const elsewhere = await countElsewhere(desk);
  const there = rules.filter(({ IsDefault }) => !IsDefault).length + elsewhere;
  if (there + coming <= RULES_AT_LEAST) return { refusals: [], notes: [] };
  const most = await quotaOf(desk);
  const full = `the load balancer has ${there} rules, and ${coming === 1 ? 'one more is' : `${coming} more are`} needed`;
  if (most === null)
    return {
      refusals: [],
      notes: [
        `${full}: whether the account may have more than ${RULES_AT_LEAST} could not be read (elasticloadbalancing:DescribeAccountLimits)`,
      ],
    };
  if (there + coming <= most) return { refusals: [], notes: [] };
  return {
    refusals: [
      `${full}, but AWS allows ${most}: delete rules that nobody uses, or have the quota raised`,
    ],
    notes: [],
  };
}

/** What may not be read does not count. */
async function countElsewhere(desk: QuotaDesk): Promise<number> {
  const { listener } = desk.at;
  const LoadBalancerArn = readListener(listener).loadBalancer;
  const counts = await unlessDenied(async () => {
    const { Listeners = [] } = await desk.calls.read(
      (sdk, options) => sdk.describeListeners({ LoadBalancerArn }, options),
      desk.signal,
    );
    const others = Listeners.flatMap(({ ListenerArn = '' }) =>
      ListenerArn === listener ? [] : ListenerArn,
    );
    return Promise.all(
      others.map(async (other) => {
        const rules = await pagesOfRules(desk, other);
        return rules.filter(({ IsDefault }) => !IsDefault).length;
      }),
    );
  });
  return (counts ?? []).reduce((sum, count) => sum + count, 0);
}

async function quotaOf({ calls, signal }: QuotaDesk): Promise<number | null> {
  const answer = await unlessDenied(() =>
    calls.read((sdk, options) => sdk.describeAccountLimits({}, options), signal),
  );
  const max = Number(answer?.Limits?.find(({ Name }) => Name === QUOTA)?.Max);
  return Number.isNaN(max) ? null : max;
}

async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (failureClass(error) === 'denied') return null;
    throw error;
  }
}
