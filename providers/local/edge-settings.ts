import { isIP } from 'node:net';
import { z } from 'zod';
import { asIn, duration, form, size, text, whole } from '../../src/settings/scalars.ts';

const tls = z
  .strictObject(
    {
      cert: text().describe('PEM file with the certificate and the ones between it and its root.'),
      key: text().describe(
        'PEM file with the private key. It must belong to the user who deploys, or to root, and nobody else may be able to read it.',
      ),
    },
    { error: asIn('a section such as { cert: server.crt, key: server.key }') },
  )
  .optional()
  .describe(
    'HTTPS, with HTTP/2 for clients that can. Both files are read again when they change; from the folder of the config.',
  );

const NETWORKS = 'true, false, or a list of addresses and networks such as [10.0.0.0/8]';

const network = z.string({ error: NETWORKS }).refine(isNetwork, {
  error: 'an address or a network such as 10.0.0.0/8',
});

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    most > 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
  );
}

const trustProxy = z
  .union([z.boolean(), z.array(network)], { error: NETWORKS })
  .optional()
  .describe(
    'Proxies whose X-Forwarded-For, -Proto and -Host are believed: their addresses, true for every client, false for none; by default those on this machine.',
  );

const accessLog = z
  .strictObject({
    file: text()
      .default('access.log')
      .describe("Where it is written; without a folder, in the service's own state folder."),
    format: z
      .enum(['combined', 'json'])
      .default('combined')
      .describe('combined, as most web servers write it, or one JSON object per line.'),
    maxSize: size()
      .prefault('10MB')
      .describe('Size at which a new file is begun; the one before is kept.'),
  })
  .optional()
  .describe(
    'A line for each request; off by default. `file: stdout` is the log of the proxy itself.',
  );

const milliseconds = () => duration({ min: 100 });

/** Each of them optional: what is not named is as `LIMITS` has it. */
const limits = z
  .strictObject({
    headers: size()
      .refine((bytes) => bytes >= 1024 && bytes <= 1_048_576, { error: 'from 1KB to 1MiB' })
      .describe('Size of the headers of one request; 16KiB by default.'),
    headersTime: milliseconds().describe(
      'Until all headers of a request are here; 60s by default.',
    ),
    bodyIdle: milliseconds().describe('Between two parts of a body; 60s by default.'),
    requestTime: milliseconds().describe('Until a request is complete; 1h by default.'),
    idle: milliseconds().describe('Between two requests of a connection; 72s by default.'),
    requestsPerConnection: whole(1, 1e9).describe('10000 by default.'),
    connections: whole(1, 1e6).describe('Of all clients together; 16384 by default.'),
    connectionsPerClient: whole(1, 1e6).describe('From one address; 4096 by default.'),
    streams: whole(1, 1e4).describe(
      'Requests under way at once in one HTTP/2 connection; 128 by default.',
    ),
    inFlightPerReplica: whole(1, 1e5).describe('Requests with one replica; 2048 by default.'),
    queued: whole(0, 1e5).describe(
      'Requests of a release that wait for a replica to have room, before 503; 2048 by default.',
    ),
    queueTime: milliseconds().describe('How long they wait; 10s by default.'),
  })
  .partial()
  .optional()
  .describe('What clients may have of the proxy.');

export const edge = z
  .strictObject(
    {
      host: form(/^[A-Za-z0-9.:_-]+$/, 'a host name or an address')
        .default('127.0.0.1')
        .describe('Address the service listens on; 0.0.0.0 for every network.'),
      port: whole(0, 65_535).describe(
        'Port where users reach the service; 0 takes any free one and keeps it.',
      ),
      metricsPort: whole(0, 65_535)
        .optional()
        .describe('Port for Prometheus; the next after `port` by default.'),
      sticky: z
        .strictObject({
          cookie: form(/^[A-Za-z0-9_-]+$/, 'the name of a cookie')
            .default('deployctl')
            .describe('Name of the cookie.'),
          maxAge: duration({ min: 1000 }).prefault('1h').describe('How long it is kept.'),
        })
        .nullable()
        .default(null)
        .describe(
          'Keeps a user on the release that answered first, by a cookie; off by default. That of a candidate counts from its first traffic on.',
        ),
      tls,
      trustProxy,
      accessLog,
      limits,
    },
    { error: asIn('a section such as { port: 8080 }') },
  )
  .transform(({ metricsPort, ...edge }) => ({
    ...edge,
    metricsPort: metricsPort ?? (edge.port === 0 || edge.port === 65_535 ? 0 : edge.port + 1),
  }))
  .refine(({ port, metricsPort }) => port === 0 || port !== metricsPort, {
    error: 'another metricsPort than port',
  });

export type LocalEdgeSettings = z.output<typeof edge>;

/** How the edge meets its clients: comes and goes with the live release. */
export type Front = Pick<LocalEdgeSettings, 'tls' | 'trustProxy' | 'accessLog' | 'limits'>;
