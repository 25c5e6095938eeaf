import { tcpSource } from '../../../gates/tcp/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { probed } from '../kit/rig.ts';

gateSuite('tcp', probed(tcpSource, { host: null, port: null }, false));
