import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Front } from '../edge-settings.ts';
import { AccessLog } from './access-log.ts';
import { trustOf } from './client-address.ts';
import { LIMITS, limitsOf } from './limits.ts';
import type { EdgeListener } from './listener.ts';
import { FileSink, stdoutSink } from './log-sink.ts';
import type { RequestContext } from './request-context.ts';
import { setLimits } from './server.ts';

interface EquipmentPlace {
  readonly context: RequestContext;
  readonly listener: EdgeListener;
  readonly home: string;
}

/** Fits the proxy with what the config wants, while it serves: nothing of it needs another process. */
export class LiveSettings {
  #place: EquipmentPlace;
  #trouble: (words: string | null) => void;
  #front: Front = {};

  constructor(place: EquipmentPlace, trouble: (words: string | null) => void) {
    this.#place = place;
    this.#trouble = trouble;
  }

  fit(front: Front): void {
    const { context, listener } = this.#place;
    const before = this.#front;
    this.#front = front;
    const changed = (part: keyof Front) => !isDeepStrictEqual(before[part], front[part]);
    if (changed('limits')) {
      context.limits = limitsOf(LIMITS, front.limits);
      setLimits(listener, context.limits);
    }
    if (changed('trustProxy')) context.trust = trustOf(front.trustProxy);
    if (changed('accessLog')) this.#record(front.accessLog);
    if (changed('tls')) listener.secure(front.tls, this.#trouble);
  }

  #record(wanted: Front['accessLog']): void {
    const { context, home } = this.#place;
    context.log?.close();
    context.log = null;
    if (!wanted) return;
    const { file, format, maxSize } = wanted;
    const path = file.includes('/') ? file : join(home, file);
    context.log = new AccessLog(
      format,
      file === 'stdout' ? stdoutSink : new FileSink(path, maxSize),
    );
  }
}
