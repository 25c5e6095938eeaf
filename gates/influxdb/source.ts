import type { GateSource } from '../../src/contract/index.ts';
import type { Sender } from '../kit/exchange.ts';
import { numberSource } from '../kit/numbers/source.ts';
import { FLUX } from './flux.ts';
import { INFLUXQL } from './influxql.ts';
import type { InfluxdbSettings } from './settings.ts';

/** An organization is asked by Flux, a database by InfluxQL. */
export function createInfluxdbSource(sender: Sender): GateSource<InfluxdbSettings> {
  const [flux, influxql] = [numberSource(FLUX, sender), numberSource(INFLUXQL, sender)];
  return {
    past: true,
    measure: (request) => (request.settings.database === null ? flux : influxql).measure(request),
  };
}
