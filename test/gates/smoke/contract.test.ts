import { smokeSource } from '../../../gates/smoke/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { probed } from '../kit/rig.ts';

const expect = { status: null, headers: {}, body: null, json: {}, schema: null, latency: null };
const request = { path: '/', method: 'GET', headers: {}, body: null, expect } as const;
const requests = [
  { ...request, name: 'front page', timeout: 5000, capture: {}, attempts: 1, every: 0 },
];

gateSuite('smoke', probed(smokeSource, { requests, versionFrom: null }));
