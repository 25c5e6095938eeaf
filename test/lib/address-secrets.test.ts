import { expect, test } from 'vitest';
import { secretsInAddresses } from '../../src/lib/address-secrets.ts';
import { cpuTime } from '../helpers/cpu-time.ts';

test.each([
  ['https://ann:s3cr%2Ft@host/x', ['s3cr%2Ft', 's3cr/t']],
  ['postgres://ann:pass@host', ['pass']],
  ['curl https://host/?token=abc&x=1;api_key=def', ['abc', 'def']],
  ['https://host/?a=b&X-Amz-Signature=0f0f#token=no', ['0f0f']],
  ['https://host/?access%5Ftoken=abc', ['abc']],
  ['https://ann@host/a:b@c?page=1&monkey=x&keyword=y', []],
  ['ann:s3cret@host', []],
  ['https://', []],
])('of %s it takes %j', (text, found) => {
  expect(secretsInAddresses(text)).toEqual(found);
});

test('time grows with the text and nothing else', () => {
  const begun = cpuTime();
  for (const text of ['a://:'.repeat(200_000), `a://${'?token='.repeat(150_000)}`])
    secretsInAddresses(text);
  expect(cpuTime() - begun).toBeLessThan(3000);
});
