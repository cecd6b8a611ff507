/** A backup target in a bucket of S3, or of a service with the same interface. */

import { readFile, writeFile } from 'node:fs/promises';
import { isRecord } from '@novacron/contract/json';
import type { AwsClient } from 'aws4fetch';
import type { BackupTarget } from '../../../ports/backups.ts';
import { reasonOf } from '../../egress/name-failure.ts';
import type { TargetFile, TargetFiles } from './target-files.ts';

/** A file has at most some 30 MB. Unit: ms. */
const REQUEST_MS_MAX = 120_000;

/** With growing pauses; after them the next round tries again. */
const RETRIES_MAX = 3;

type Bucket = Extract<BackupTarget, { readonly kind: 's3' }>;

/** Opens the bucket, which must exist. */
export async function openS3Files(bucket: Bucket): Promise<TargetFiles> {
  const { AwsClient: Client } = await import('aws4fetch');
  const { sessionToken, ...keys } = bucket.credentials;
  const client = new Client({
    ...keys,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: 's3',
    region: bucket.region,
    retries: RETRIES_MAX,
  });
  const root = `${bucket.endpoint}/${bucket.bucket}`;
  const urlOf = (name: string) => `${root}/${bucket.prefix}${name}`;
  return {
    put: async (name, source) => {
      const body = await readFile(source);
      await send(client, urlOf(name), { method: 'PUT', body });
    },
    get: async (name, target) => {
      await writeFile(target, await send(client, urlOf(name), { method: 'GET' }));
    },
    list: async (prefix = '') => {
      const { prefix: place } = bucket;
      const files = await listAll(client, root, `${place}${prefix}`);
      return files.map(({ name, sizeBytes }) => ({ name: name.slice(place.length), sizeBytes }));
    },
    remove: async (names) => {
      for (const name of names) await send(client, urlOf(name), { method: 'DELETE' });
    },
  };
}

/** ListObjectsV2, page by page. */
async function listAll(client: AwsClient, root: string, prefix: string): Promise<TargetFile[]> {
  const files: TargetFile[] = [];
  for (let token: string | undefined = ''; token !== undefined; ) {
    const query = new URLSearchParams({ 'list-type': '2', prefix });
    if (token !== '') query.set('continuation-token', token);
    const xml = (await send(client, `${root}/?${query}`, { method: 'GET' })).toString();
    for (const [, item = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const name = elementOf(item, 'Key') ?? '';
      files.push({ name, sizeBytes: Number(elementOf(item, 'Size')) });
    }
    token = elementOf(xml, 'NextContinuationToken');
  }
  return files;
}

/** Names of backups and tokens need no decoding, but for what XML itself escapes. */
function elementOf(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text?.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

interface S3Request {
  readonly method: string;
  readonly body?: Uint8Array<ArrayBuffer>;
}

/**
 * Sends a request within its time. The time is not a signal for aws4fetch: that one passes it to a
 * `Request` of its own, and Node 20 collects both while they wait.
 */
async function send(client: AwsClient, url: string, request: S3Request): Promise<Buffer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const words = `${request.method} was not answered within ${REQUEST_MS_MAX / 1_000} s`;
    timer = setTimeout(() => reject(new Error(words)), REQUEST_MS_MAX);
  });
  try {
    return await Promise.race([exchange(client, url, request), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(client: AwsClient, url: string, request: S3Request): Promise<Buffer> {
  const response = await client.fetch(url, { ...request }).catch((failure: unknown) => {
    throw new Error(`${new URL(url).host} ${reasonOf(isRecord(failure) && failure.cause)}`);
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.ok) return body;
  const code = elementOf(body.toString(), 'Code');
  throw new Error(`${request.method} was answered ${response.status} ${code ?? ''}`.trim());
}
