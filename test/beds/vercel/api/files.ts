import { createHash } from 'node:crypto';
import { found, type Handlers, Refusal } from './answer.ts';

export const FILES: Handlers = {
  'POST /v2/files': ({ platform, headers, raw }) => {
    const digest = String(headers['x-vercel-digest'] ?? headers['x-now-digest'] ?? '');
    const size = headers['x-now-size'];
    if (digest === '')
      throw new Refusal(400, 'bad_request', 'The header x-vercel-digest is missing');
    if (createHash('sha1').update(raw).digest('hex') !== digest)
      throw new Refusal(400, 'invalid_sha', 'The digest is not that of the content');
    if (size !== undefined && Number(size) !== raw.byteLength)
      throw new Refusal(400, 'size_mismatch', 'The size is not that of the content');
    platform.files.set(digest, raw);
    return found({ urls: [] });
  },
};
