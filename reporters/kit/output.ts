export interface Stream {
  write(text: string): unknown;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly isTTY?: boolean | undefined;
}

/** A command that is suggested, as it has to be typed here. */
export type Typing = (command: string) => string;
export const asItIs: Typing = (command) => command;

/** What a reporter is given to write to. The caller decides about colour, by NO_COLOR and the like. */
export interface Output {
  readonly stream: Stream;
  readonly color: boolean;
  /** Wall clock ms. */
  readonly now: () => number;
  readonly typed?: Typing;
}

/**
 * A write that never throws and, after the first failure, never tries again: when the reader of a
 * pipe has gone, the deployment goes on without it.
 */
export function writerTo(stream: Stream): (text: string) => void {
  let isBroken = false;
  const breakOff = () => {
    isBroken = true;
  };
  // Node reports EPIPE later, as an event that ends the process when nobody listens.
  stream.on?.('error', breakOff);
  return (text) => {
    if (isBroken) return;
    try {
      stream.write(text);
    } catch {
      breakOff();
    }
  };
}
