import { parentPort } from 'node:worker_threads';
import { type Order, runBatch } from './batch.ts';

// A failing seed is run again for its stack; in all the others they would only cost time.
Error.stackTraceLimit = 0;

parentPort?.on('message', async (order: Order) => {
  parentPort?.postMessage(await runBatch(order));
});
