import { parentPort } from 'node:worker_threads';
import { type Order, runBatch } from './batch.ts';
import { useLightSignals } from './signals.ts';

// A failing seed is run again for its stack; in all the others they would only cost time.
Error.stackTraceLimit = 0;
useLightSignals();

parentPort?.on('message', async (order: Order) => {
  parentPort?.postMessage(await runBatch(order));
});
