/**
 * Plays the part of S3 that backups use, and checks each signature by AWS's published rules
 * (Signature Version 4), without the library that makes them.
 */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A service with one bucket. */
export interface PlayedS3 {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Status code of every response; undefined: the service works. */
  broken: number | undefined;
  readonly close: () => Promise<void>;
}

/** The key that it knows. */
export const S3_KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' } as const;

export const S3_REGION = 'eu-test-1';

/** The least that shows whether pages are followed. */
const KEYS_PER_PAGE = 2;

/** Starts it on a free port of this machine. */
export async function playS3(bucket: string): Promise<PlayedS3> {
  const objects = new Map<string, Buffer>();
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const played: PlayedS3 = {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    broken: undefined,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', played.endpoint);
    const body = await buffer(request);
    if (played.broken !== undefined) fail(response, played.broken, 'SlowDown');
    else if (!isSigned(request, url)) fail(response, 403, 'SignatureDoesNotMatch');
    else if (!url.pathname.startsWith(`/${bucket}/`)) fail(response, 404, 'NoSuchBucket');
    else serve(request.method, { url, body, response });
  }

  function serve(
    method: string | undefined,
    of: { readonly url: URL; readonly body: Buffer; readonly response: ServerResponse },
  ): void {
    const { url, body, response } = of;
    const key = decodeURIComponent(url.pathname.slice(bucket.length + 2));
    const object = objects.get(key);
    if (key === '') response.end(listPage(objects, url.searchParams));
    else if (method === 'PUT') {
      objects.set(key, body);
      response.end();
    } else if (method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (object === undefined) fail(response, 404, 'NoSuchKey');
    else response.end(object);
  }
  return played;
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
}

function listPage(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams): string {
  const after = query.get('continuation-token') ?? '';
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .sort();
  const shown = keys.slice(0, KEYS_PER_PAGE);
  const items = shown.map(
    (key) =>
      `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length}</Size>` +
      '<StorageClass>STANDARD</StorageClass></Contents>',
  );
  const next = `<NextContinuationToken>${shown.at(-1)}</NextContinuationToken>`;
  const more = keys.length > shown.length ? next : '';
  return `<?xml version="1.0"?><ListBucketResult>${items.join('')}${more}</ListBucketResult>`;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(.+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

function isSigned(request: IncomingMessage, url: URL): boolean {
  const [, id, scope = '', signed = '', signature] =
    AUTHORIZATION.exec(request.headers.authorization ?? '') ?? [];
  const [date = '', region = '', service = '', end = ''] = scope.split('/');
  if (id !== S3_KEYS.accessKeyId || region !== S3_REGION || service !== 's3') return false;
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const headers = signed.split(';').map((name) => `${name}:${String(request.headers[name])}\n`);
  const payload = String(request.headers['x-amz-content-sha256']);
  const canonical = [request.method, url.pathname, query, headers.join(''), signed, payload];
  const digest = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const time = String(request.headers['x-amz-date']);
  const text = ['AWS4-HMAC-SHA256', time, scope, digest].join('\n');
  const sign = (key: Buffer | string, data: string) =>
    createHmac('sha256', key).update(data).digest();
  const key = [date, region, service, end].reduce<Buffer | string>(
    sign,
    `AWS4${S3_KEYS.secretAccessKey}`,
  );
  return sign(key, text).toString('hex') === signature;
}
