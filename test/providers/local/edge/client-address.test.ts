import { expect, it } from 'vitest';
import { clientOf, trustOf } from '../../../../providers/local/edge/client-address.ts';
import { EdgeFixture } from './fixture.ts';
import { answering, OK, say } from './wire.ts';

const from = (address: string, trusted: boolean) => ({ address, trusted, encrypted: false });

it.each([
  [undefined, '127.0.0.1', true],
  [undefined, '::ffff:127.0.0.1', true],
  [undefined, '::1', true],
  [undefined, '10.0.0.1', false],
  [['10.0.0.0/8'], '10.9.9.9', true],
  [['10.0.0.0/8'], '::ffff:10.9.9.9', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['10.0.0.0/8'], '127.0.0.1', false],
  [['fd00::/8'], 'fd12::1', true],
  [['192.0.2.7'], '192.0.2.8', false],
  [[], '127.0.0.1', false],
  [true, '203.0.113.9', true],
  [false, '127.0.0.1', false],
  [['10.0.0.0/8'], '', false],
] as const)('trustProxy %j: %s is believed: %s', (setting, address, believed) => {
  expect(trustOf(setting as never)(address)).toBe(believed);
});

it('the client is the last address that nobody vouches for, whatever stands before it', () => {
  const trust = trustOf(['10.0.0.0/8']);
  const chain = '1.1.1.1, 203.0.113.9, 10.0.0.5';
  expect(clientOf(from('10.0.0.1', true), chain, trust)).toBe('203.0.113.9');
  expect(clientOf(from('203.0.113.1', false), chain, trust)).toBe('203.0.113.1');
  expect(clientOf(from('10.0.0.1', true), 'nonsense"\n, 10.0.0.5', trust)).toBe('10.0.0.5');
  expect(clientOf(from('10.0.0.1', true), undefined, trust)).toBe('10.0.0.1');
  expect(clientOf(from('10.0.0.1', true), '10.0.0.7', trust)).toBe('10.0.0.7');
});

const CLAIMS = [
  'x-forwarded-for: 1.2.3.4',
  'X-Forwarded-Proto: https',
  'x-forwarded-host: evil.example',
  'x-forwarded-port: 443',
  'x-real-ip: 1.2.3.4',
  'Forwarded: for=1.2.3.4;proto=https',
].join('\r\n');

async function passedOn(trusted: boolean): Promise<string> {
  const replica = await answering(OK);
  const fixture = await EdgeFixture.open(replica);
  fixture.context.trust = () => trusted;
  try {
    await say(fixture.port, `GET / HTTP/1.1\r\nhost: shop\r\n${CLAIMS}\r\n\r\n`);
    return replica.heard.join().toLowerCase();
  } finally {
    await fixture.close();
  }
}

it('a client that is not believed says nothing of itself: what it claims is taken out or replaced', async () => {
  const heard = await passedOn(false);
  expect(heard).not.toMatch(/1\.2\.3\.4|evil|https|x-forwarded-port|x-real-ip|^forwarded/m);
  expect(heard).toMatch(/^x-forwarded-for: 127\.0\.0\.1\r$/m);
  expect(heard).toMatch(/^x-forwarded-proto: http\r$/m);
  expect(heard).toMatch(/^x-forwarded-host: shop\r$/m);
});

it('a proxy that is believed is added to, and its words are kept', async () => {
  const heard = await passedOn(true);
  expect(heard).toMatch(/^x-forwarded-for: 1\.2\.3\.4, 127\.0\.0\.1\r$/m);
  expect(heard).toMatch(/^x-forwarded-proto: https\r$/m);
  expect(heard).toMatch(/^x-forwarded-host: evil\.example\r$/m);
  expect(heard).toMatch(/^forwarded: for=1\.2\.3\.4;proto=https\r$/m);
});
