import { type AnswerAsked, isStream } from './answer.ts';

export function hasBody(request: AnswerAsked): boolean {
  if (isStream(request)) return !request.stream.endAfterHeaders;
  const { headers } = request;
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Calls `stopped` when a client falls silent in the middle of its body. */
export function watchBody(request: AnswerAsked, idle: number, stopped: () => void): void {
  request.setTimeout(idle, () => {
    if (request.complete) return;
    // What has come was not taken: the replica is the slow one, and has a limit of its own.
    if (request.readableLength > 0) request.setTimeout(idle);
    else stopped();
  });
  request.once('end', () => request.setTimeout(0));
}

/** Whether its client went away before all of it had come. */
export function brokeOff(request: AnswerAsked): boolean {
  if (isStream(request)) return request.stream.aborted || request.stream.destroyed;
  return request.destroyed && !request.complete;
}
