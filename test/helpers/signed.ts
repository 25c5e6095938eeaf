import { createHmac } from 'node:crypto';

export const APPROVAL_KEY = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`;

/** A token as a user's own server makes it: written from the standard, not with what checks it. */
export function signed(
  body: unknown,
  { at, id = 'msg_1', key = APPROVAL_KEY }: { at: number; id?: string; key?: string },
): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const seconds = Math.floor(at / 1000);
  const secret = Buffer.from(key.replace('whsec_', ''), 'base64');
  const hmac = createHmac('sha256', secret).update(`${id}.${seconds}.${text}`).digest('base64');
  return `${id}.${seconds}.${Buffer.from(text).toString('base64url')}.v1,${hmac}`;
}
