import { gunzipSync, gzipSync } from 'node:zlib';
import { ProviderError } from '../../src/contract/index.ts';

/** What an object holds: as it is while it is short, so that people can read it, and packed above that. */
export interface Content {
  readonly data?: { readonly value: string };
  readonly binaryData?: { readonly packed: string };
}

const SHORT = 8 * 1024;
/** The platform takes a mebibyte in all, names and marks included. */
const MOST = 1_000_000;

export function packed(value: string): Content {
  if (Buffer.byteLength(value) <= SHORT) return { data: { value } };
  const text = gzipSync(value).toString('base64');
  if (text.length > MOST)
    throw new ProviderError(
      'permanent',
      `a value of ${value.length} characters is too much for one object of the cluster`,
    );
  return { binaryData: { packed: text } };
}

export function unpacked({ data, binaryData }: Content): string {
  if (binaryData?.packed === undefined) return data?.value ?? '';
  return gunzipSync(Buffer.from(binaryData.packed, 'base64')).toString();
}
