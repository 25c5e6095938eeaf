import { edgeSource } from '../../../gates/edge/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { asking, means, nowhere, observation, serving } from '../kit/rig.ts';

const COUNTS = {
  releases: { 'v42-abc': { total: 10, bad: 1, latency: { buckets: [[100, 10]] } } },
};

gateSuite('edge', async () => {
  const served = await serving((request, response) => {
    if (!request.url?.startsWith('/silent')) response.end(JSON.stringify(COUNTS));
  });
  const of = (counts: string) =>
    asking({ metric: 'errorRate', quantile: null } as const, {
      observe: async () => observation({ counts }),
    });
  return {
    source: await edgeSource.open(means),
    answered: of(`${served.address}/counts`),
    down: of(await nowhere()),
    silent: of(`${served.address}/silent`),
    close: served.close,
  };
});
