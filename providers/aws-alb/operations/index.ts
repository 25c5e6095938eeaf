import type { Operation } from '../../../src/contract/index.ts';
import type { Deed } from './operation.ts';
import { promote } from './promote.ts';
import { replace } from './replace.ts';
import { retire } from './retire.ts';
import { route } from './route.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';

type Deeds = { readonly [K in Operation['kind']]: Deed<Extract<Operation, { kind: K }>> };

const DEEDS: Deeds = { start, scale, route, replace, promote, retire };

export const deedFor = <O extends Operation>({ kind }: O) => DEEDS[kind] as Deed<Operation>;
