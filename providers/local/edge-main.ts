import { Edge } from './edge/edge.ts';
import type { Channel } from './messages.ts';
import { stand } from './standing.ts';

const home = process.argv[2] as string;
stand('edge', home);
new Edge(home).meet(process as unknown as Channel);
