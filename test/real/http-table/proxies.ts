import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Tallies } from '../../../providers/local/edge/request-counts.ts';
import { proxyServer } from '../../../providers/local/edge/server.ts';
import { Switchboard } from '../../../providers/local/edge/switchboard.ts';
import { NO_TABLE } from '../../../providers/local/home/messages.ts';
import { freePort } from '../../helpers/free-port.ts';

/** A proxy in front of one replica. */
export interface Front {
  readonly port: number;
  close(): Promise<void>;
}

export type Kind = 'edge' | 'nginx' | 'haproxy';

/** Null, or the command that would bring what is missing. */
export function missing(): string | null {
  const found = (binary: string) =>
    spawnSync(binary, ['-v'], { stdio: 'ignore' }).error === undefined;
  const absent = ['nginx', 'haproxy'].filter((binary) => !found(binary));
  return absent.length > 0 ? `apt-get install --no-install-recommends ${absent.join(' ')}` : null;
}

export function openFront(kind: Kind, replica: number): Promise<Front> {
  return kind === 'edge' ? openEdge(replica) : openForeign(kind, replica);
}

async function openEdge(replica: number): Promise<Front> {
  const board = new Switchboard(() => {});
  const server = proxyServer({ board, tallies: new Tallies() });
  board.apply({
    ...NO_TABLE,
    version: 1,
    split: { a: 100 },
    backends: { a: [{ key: 'a', port: replica }] },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    board.apply({ ...NO_TABLE });
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as { port: number }).port, close };
}

const CONFIGS = {
  nginx: {
    file: 'nginx.conf',
    command: (folder: string) => [
      'nginx',
      '-p',
      folder,
      '-c',
      join(folder, 'nginx.conf'),
      '-e',
      join(folder, 'error.log'),
    ],
    text: (port: number, replica: number) => `
daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  map $http_upgrade $connection_header { default upgrade; '' ''; }
  upstream replica {
    server 127.0.0.1:${replica};
    keepalive 256;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://replica;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_header;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`,
  },
  haproxy: {
    file: 'haproxy.cfg',
    command: (folder: string) => ['haproxy', '-db', '-f', join(folder, 'haproxy.cfg')],
    text: (port: number, replica: number) => `
defaults
  mode http
  option forwardfor
  timeout connect 3s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
  server one 127.0.0.1:${replica}
`,
  },
} as const;

async function openForeign(kind: 'nginx' | 'haproxy', replica: number): Promise<Front> {
  const { file, command, text } = CONFIGS[kind];
  const folder = mkdtempSync(join(tmpdir(), `http-table-${kind}-`));
  mkdirSync(join(folder, 'logs'));
  const port = await freePort();
  writeFileSync(join(folder, file), text(port, replica));
  const [binary, ...rest] = command(folder) as [string, ...string[]];
  // In a session of its own, as the edge is: the kernel shares a busy machine out by session.
  const child = spawn(binary, rest, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const ended = once(child, 'exit');
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`${kind}: ${complaints}`);
    await pause(50);
  }
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, close };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
