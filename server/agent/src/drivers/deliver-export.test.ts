import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { EXPORT_TICKET_HEADER, exportFileName } from '@novacron/contract/formats/snapshot-export';
import type { SnapshotId } from '@novacron/contract/ids';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { certificateIn, keyIn } from '../../../../test/support/services/certificate-files.ts';
import { makeCertificate } from '../../../../test/support/services/make-certificate.ts';
import { createSampleIds } from '../test-kit/samples.ts';
import { deliverExport } from './deliver-export.ts';

const CONTENT = Buffer.alloc(20_000_000, 'an export, ');
const DIGITS = createHash('sha256').update(CONTENT).digest('hex');

const REFUSED_STATUS = 403;

let directory: string;
let server: Server;
let address: string;
let received: Buffer;
let requests: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => unknown;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-deliver-'));
  writeFileSync(join(directory, 'file'), CONTENT, { mode: 0o644 });
  makeCertificate(directory, { host: 'IP:127.0.0.1', identity: undefined });
  const key = readFileSync(keyIn(directory));
  const cert = readFileSync(certificateIn(directory));
  server = createServer({ key, cert }, (request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `https://127.0.0.1:${Object(server.address()).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  received = Buffer.alloc(0);
  requests = [];
  answer = take;
});

/** Acts like the server: appends the received part and reports the total. */
async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { headers, url } = request;
  requests.push(`${url} ${headers[EXPORT_TICKET_HEADER]} ${headers['content-range']}`);
  received = Buffer.concat([received, await buffer(request)]);
  const state = received.byteLength === CONTENT.byteLength ? 'complete' : 'partial';
  response.end(JSON.stringify({ received: received.byteLength, state }));
}

function refuse(code: 'forbidden' | 'storage-full') {
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const found = problem(code, { detail: 'It is refused.', remedy: 'Try again.' });
    response.writeHead(REFUSED_STATUS).end(JSON.stringify(toProblemDocument(found)));
  };
}

const snapshotId = createSampleIds()('snap') as SnapshotId;

function deliver(change: { readonly uploads?: string } = {}) {
  const authorities = readFileSync(certificateIn(directory), 'utf8');
  return deliverExport(
    { server: address, authorities, ...change },
    {
      snapshotId,
      file: join(directory, 'file'),
      digits: DIGITS,
      bytes: CONTENT.byteLength,
      ticket: 'a-ticket',
      signal: new AbortController().signal,
    },
  );
}

test('an export is sent in parts under its ticket', async () => {
  expect(await deliver()).toEqual({ ok: true, value: null });
  expect(received.equals(CONTENT)).toBe(true);
  const [asked, first, second] = [
    'bytes */20000000',
    'bytes 0-16777215/20000000',
    'bytes 16777216-19999999/20000000',
  ].map((range) => `/exports/${snapshotId}/${DIGITS}.qcow2 a-ticket ${range}`);
  expect(requests).toEqual([asked, first, second]);
});

test('an export that was interrupted goes on where it was', async () => {
  received = CONTENT.subarray(0, 19_999_990);
  expect(await deliver()).toEqual({ ok: true, value: null });
  expect(requests.at(-1)).toContain('bytes 19999990-19999999/20000000');
  expect(received.equals(CONTENT)).toBe(true);
});

test('a server without room may have some later, and a refused ticket stays refused', async () => {
  answer = refuse('storage-full');
  const message = 'The server refused the export: It is refused.';
  expect(await deliver()).toEqual({ ok: false, error: { message, next: 'retry' } });
  answer = refuse('forbidden');
  expect(await deliver()).toEqual({ ok: false, error: { message, next: 'final' } });
});

test('a server that is away is tried again', async () => {
  answer = (request) => request.socket.destroy();
  expect(await deliver()).toMatchObject({
    ok: false,
    error: {
      message: expect.stringMatching(/^The export cannot be sent to https:/),
      next: 'retry',
    },
  });
});

test('a server on this disk gets the file, and nothing of one that cannot be written', async () => {
  const uploads = join(directory, 'images');
  expect(await deliver({ uploads })).toEqual({ ok: true, value: null });
  const placed = join(uploads, 'exports', snapshotId, exportFileName(DIGITS));
  expect(readFileSync(placed).equals(CONTENT)).toBe(true);
  // Whatever the mode of the file that was delivered.
  expect(statSync(join(directory, 'file')).mode & 0o777).toBe(0o644);
  expect(statSync(placed).mode & 0o777).toBe(0o600);
  const blocked = join(directory, 'file');
  expect(await deliver({ uploads: blocked })).toMatchObject({ error: { next: 'retry' } });
  expect(existsSync(`${placed}.part`)).toBe(false);
});
