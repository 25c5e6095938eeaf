import type { Channel } from '../home/messages.ts';
import { stand } from '../machine/daemon.ts';
import { Edge } from './edge.ts';

const home = process.argv[2] as string;
stand('edge', home);
new Edge(home).meet(process as unknown as Channel);
