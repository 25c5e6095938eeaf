import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Front } from '../edge-settings.ts';
import { AccessLog } from './access-log.ts';
import type { EdgeDesk } from './desk.ts';
import type { Door } from './door.ts';
import { LIMITS, limitsOf } from './limits.ts';
import { FileSink, stdoutSink } from './log-sink.ts';
import { trustOf } from './origin.ts';
import { setLimits } from './server.ts';

interface EquipmentPlace {
  readonly desk: EdgeDesk;
  readonly door: Door;
  readonly home: string;
}

/** Fits the proxy with what the config wants, while it serves: nothing of it needs another process. */
export class Equipment {
  #place: EquipmentPlace;
  #trouble: (words: string | null) => void;
  #front: Front = {};

  constructor(place: EquipmentPlace, trouble: (words: string | null) => void) {
    this.#place = place;
    this.#trouble = trouble;
  }

  fit(front: Front): void {
    const { desk, door } = this.#place;
    const before = this.#front;
    this.#front = front;
    const changed = (part: keyof Front) => !isDeepStrictEqual(before[part], front[part]);
    if (changed('limits')) {
      desk.limits = limitsOf(LIMITS, front.limits);
      setLimits(door, desk.limits);
    }
    if (changed('trustProxy')) desk.trust = trustOf(front.trustProxy);
    if (changed('accessLog')) this.#record(front.accessLog);
    if (changed('tls')) door.secure(front.tls, this.#trouble);
  }

  #record(wanted: Front['accessLog']): void {
    const { desk, home } = this.#place;
    desk.log?.close();
    desk.log = null;
    if (!wanted) return;
    const { file, format, maxSize } = wanted;
    const path = file.includes('/') ? file : join(home, file);
    desk.log = new AccessLog(format, file === 'stdout' ? stdoutSink : new FileSink(path, maxSize));
  }
}
