import { gunzipSync, gzipSync } from 'node:zlib';

/** What an object holds: as it is while it is short, so that people can read it, and packed above that. */
export interface KubernetesStoreContent {
  readonly data?: { readonly value: string };
  readonly binaryData?: { readonly packed: string };
}

const KUBERNETES_STORE_SHORT = 8 * 1024;
export function kubernetesStorePacked(value: string): KubernetesStoreContent {
  if (Buffer.byteLength(value) <= KUBERNETES_STORE_SHORT) return { data: { value } };
  return { binaryData: { packed: gzipSync(value).toString('base64') } };
}

export function kubernetesStoreUnpacked({ data, binaryData }: KubernetesStoreContent): string {
  if (binaryData?.packed === undefined) return data?.value ?? '';
  return gunzipSync(Buffer.from(binaryData.packed, 'base64')).toString();
}
