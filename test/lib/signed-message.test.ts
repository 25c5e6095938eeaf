import { expect, test } from 'vitest';
import { openToken, tokenId } from '../../src/lib/signed-message.ts';

/** The example that the standard's own libraries test themselves with. */
const KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const token = (signature = SIGNATURE, body = BODY) =>
  `msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.${Buffer.from(body).toString('base64url')}.${signature}`;

test('a message that is signed as Standard Webhooks says is taken', () => {
  const said = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: 1_614_265_330_000, body: BODY };
  expect(openToken(token(), KEY)).toEqual(said);
  expect(openToken(token(), KEY.slice('whsec_'.length))).toEqual(said);
  expect(openToken(token(`v1,AAAA ${SIGNATURE}`), KEY)).toEqual(said);
  expect(tokenId(token())).toBe(said.id);
});

test.each([
  ['another body', token(SIGNATURE, `${BODY} `), KEY, 'signature'],
  ['another key', token(), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx', 'signature'],
  ['a scheme that is not ours', token(SIGNATURE.replace('v1', 'v1a')), KEY, 'signature'],
  ['a time that was changed', token().replace('1614265330', '1614265331'), KEY, 'signature'],
  ['an id that was changed', token().replace('msg_p', 'msg_q'), KEY, 'signature'],
  ['a key that is too short', token(), 'whsec_c2hvcnQ=', 'key'],
  ['no key', token(), '', 'key'],
  ['another form', 'yes', KEY, 'form'],
  ['no signature', token(''), KEY, 'form'],
])('%s is refused', (_, given, key, fault) => {
  expect(openToken(given, key)).toBe(fault);
});
