import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A message with the signature of Standard Webhooks: `<id>.<seconds>.<base64url of the body>.<v1,signature …>`,
 * which is a webhook's three headers and its body in one word. Signed is `<id>.<seconds>.<body>`
 * with HMAC-SHA256; the key is base64 behind `whsec_`.
 */
export interface SignedMessage {
  readonly id: string;
  /** Wall clock ms at which it was signed. */
  readonly at: number;
  readonly body: string;
}

export type MessageFault = 'form' | 'key' | 'signature';

const FORM =
  /^([^.\s]{1,200})\.(\d{1,12})\.([A-Za-z0-9_-]+={0,2})\.(v1a?,[A-Za-z0-9+/=]+(?: v1a?,[A-Za-z0-9+/=]+)*)$/;
const SIGNING_KEY = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/;
/** In bytes, as the standard asks of a key. */
const KEY_BYTES_MIN = 24;

/** What the token says, where one of its signatures was made with this key. */
export function openToken(token: string, key: string): SignedMessage | MessageFault {
  const [, id, seconds, coded, signatures] = FORM.exec(token.trim()) ?? [];
  if (!id || !seconds || !coded || !signatures) return 'form';
  const secret = signingKeyOf(key);
  if (!secret) return 'key';
  const body = Buffer.from(coded, 'base64url').toString();
  const wanted = messageSignatureOf(secret, { id, seconds, body });
  const isSigned = signatures.split(' ').some((given) => isSame(given, `v1,${wanted}`));
  return isSigned ? { id, at: Number(seconds) * 1000, body } : 'signature';
}

/** What no two tokens have in common. */
export const tokenId = (token: string): string => token.trim().split('.', 1)[0] ?? '';

function signingKeyOf(text: string): Buffer | null {
  const [, coded] = SIGNING_KEY.exec(text.trim()) ?? [];
  const key = Buffer.from(coded ?? '', 'base64');
  return key.length >= KEY_BYTES_MIN ? key : null;
}

function messageSignatureOf(
  key: Buffer,
  { id, seconds, body }: { id: string; seconds: string; body: string },
): string {
  return createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
