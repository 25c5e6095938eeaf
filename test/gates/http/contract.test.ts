import { httpSource } from '../../../gates/http/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { probed } from '../kit/rig.ts';

const expect = { status: null, headers: {}, body: null, json: {}, schema: null, latency: null };
const settings = { path: '/', url: null, method: 'GET', headers: {}, body: null, expect } as const;

gateSuite('http', probed(httpSource, settings));
