import { gunzipSync, gzipSync } from 'node:zlib';

/** What an object holds: as it is while it is short, so that people can read it, and packed above that. */
export interface Content {
  readonly data?: { readonly value: string };
  readonly binaryData?: { readonly packed: string };
}

const SHORT = 8 * 1024;
export function packed(value: string): Content {
  if (Buffer.byteLength(value) <= SHORT) return { data: { value } };
  return { binaryData: { packed: gzipSync(value).toString('base64') } };
}

export function unpacked({ data, binaryData }: Content): string {
  if (binaryData?.packed === undefined) return data?.value ?? '';
  return gunzipSync(Buffer.from(binaryData.packed, 'base64')).toString();
}
