import { expect } from 'vitest';
import type { Json, JsonObject } from '../../../src/contract/index.ts';
import type { Bed } from './bed.ts';

export interface Said {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Headers;
}

/** As a client of the API. */
export async function ask(
  bed: Bed,

  method: string,
  path: string,
  body?: Json | Buffer,
  headers = {},
): Promise<Said> {
  const raw = Buffer.isBuffer(body);
  const response = await fetch(`${bed.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${bed.platform.settings.token}`,
      ...(body !== undefined && {
        'content-type': raw ? 'application/octet-stream' : 'application/json',
      }),
      ...headers,
    },
    ...(body !== undefined && { body: raw ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {}, headers: response.headers };
}

/** A deployment to production that takes no domain, with one file that says its version. */
export async function create(
  bed: Bed,
  version: string,
  more: { [key: string]: Json } = {},
): Promise<string> {
  const files = [{ file: 'index.html', data: version }];
  const { status, body } = await ask(bed, 'POST', '/v13/deployments', {
    name: 'shop',
    project: 'prj_000000000001',
    target: 'production',
    autoAssignCustomDomains: false,
    files,
    ...more,
  });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { id: expect.stringMatching(/^dpl_/) },
  });
  return String(body.id);
}

export const MANUAL = {
  enabled: true,
  advancementType: 'manual-approval',
  stages: [{ targetPercentage: 10 }, { targetPercentage: 50 }, { targetPercentage: 100 }],
};
