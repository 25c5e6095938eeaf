import type { JsonObject } from './json.ts';
import type { OpenMeans } from './provider.ts';

/**
 * What only a provider can do that runs the service on the very machine where the command is typed:
 * begin again after a reboot, end everything, show its output.
 */
export interface Host {
  /** Begins again with all that is wanted, as after a reboot; false when nothing is. */
  up(connection: JsonObject, means: OpenMeans): Promise<boolean>;
  /** The same where nothing runs at all, else false; what cannot be started for want of a secret waits for it. */
  wake(connection: JsonObject, means: OpenMeans): Promise<boolean>;
  /** Ends all that was started for the service; false when nothing ran. */
  down(connection: JsonObject): Promise<boolean>;
  logs(connection: JsonObject, options: LogOptions, onLine: (line: LogLine) => void): Promise<void>;
  /** Ports that the service takes on this machine, by the settings of a config or the spec of a release. */
  ports(settings: JsonObject): HostPorts;
  whoListens(connection: JsonObject, port: number): Listener;
}

export interface HostPorts {
  readonly host: string;
  /** Where users reach it first. */
  readonly ports: readonly number[];
  /** Users reach it over TLS. */
  readonly secure?: boolean;
}

export interface Listener {
  /** For people: `pid 4711 (node server.js)`; null when nobody does, or the system does not tell. */
  readonly who: string | null;
  /** It is a part of this very service. */
  readonly own: boolean;
}

export interface LogOptions {
  readonly release?: string | undefined;
  readonly follow: boolean;
  readonly lines: number;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

export interface LogLine {
  readonly release: string;
  readonly replica: number;
  readonly text: string;
}
