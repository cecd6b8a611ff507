import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { certificateIn, keyIn } from '../../../../../../test/support/services/certificate-files.ts';
import { makeCertificate } from '../../../../../../test/support/services/make-certificate.ts';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import { type Download, downloadImage } from './download-image.ts';

const CONTENT = Buffer.from('an image, '.repeat(10_000));
const CHECKSUM = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`;

let directory: string;
let server: Server;
let host: string;
let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
let ranges: (string | undefined)[];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-download-'));
  makeCertificate(directory, { host: 'IP:127.0.0.1', identity: undefined });
  const key = readFileSync(keyIn(directory));
  const cert = readFileSync(certificateIn(directory));
  server = createServer({ key, cert }, (request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${Object(server.address()).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  ranges = [];
  answer = sendContent;
  rmSync(join(directory, 'images'), { recursive: true, force: true });
});

/** Acts like a web server: sends the requested range. */
function sendContent(request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= CONTENT.length) {
    response.writeHead(416).end();
    return;
  }
  const range = `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`;
  response.writeHead(start === 0 ? 200 : 206, start === 0 ? {} : { 'content-range': range });
  response.end(CONTENT.subarray(start));
}

/** Waits until the client has stored something. */
function partIsWritten(): Promise<true> {
  return waitUntil('a part of the file', () =>
    (statSync(given().part, { throwIfNoEntry: false })?.size ?? 0) > 0 ? true : undefined,
  );
}

function given(change: Partial<Download> = {}): Download {
  return {
    url: `https://${host}/debian.qcow2`,
    hosts: [host],
    authorities: readFileSync(certificateIn(directory), 'utf8'),
    target: join(directory, 'images', 'disk.qcow2'),
    part: join(directory, 'images', 'download.part'),
    checksum: CHECKSUM,
    bytesMax: CONTENT.length,
    signal: new AbortController().signal,
    ...change,
  };
}

/** Returns the reason of a failed download, which leaves no complete file. */
async function failure(change: Partial<Download> = {}): Promise<unknown> {
  const cause = await downloadImage(given(change)).then(
    () => 'it succeeded',
    (reason: unknown) => reason,
  );
  expect(existsSync(given(change).target)).toBe(false);
  const { message, next } = Object(cause);
  return { message: String(message ?? cause).replaceAll(host, 'HOST'), next };
}

describe('a download', () => {
  test('has the file under its name when it is complete, and reports its progress', async () => {
    const seen: number[] = [];
    await downloadImage(given({ onProgress: (percent) => seen.push(percent) }));
    expect(readFileSync(given().target).equals(CONTENT)).toBe(true);
    expect(existsSync(given().part)).toBe(false);
    expect(seen).toEqual(seen.filter((percent) => percent > 0 && percent <= 100));
  });

  test('goes on where it was interrupted', async () => {
    answer = async (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 40_000));
      await partIsWritten();
      response.destroy();
    };
    expect(await failure()).toMatchObject({
      message: expect.stringMatching(/^The download of https:\/\/HOST\/debian.qcow2 failed \(/),
      next: 'retry',
    });
    const begun = readFileSync(given().part).length;
    expect(begun).toBeGreaterThan(0);
    answer = sendContent;
    await downloadImage(given());
    expect(ranges).toEqual([undefined, `bytes=${begun}-`]);
    expect(readFileSync(given().target).equals(CONTENT)).toBe(true);
  });

  test('begins again where what it had is of another file', async () => {
    answer = (_request, response) => response.writeHead(200).end('x'.repeat(50));
    await failure();
    writeFileSync(given().part, 'y'.repeat(50));
    answer = sendContent;
    await downloadImage(given());
    expect(readFileSync(given().target).equals(CONTENT)).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=50-', undefined]);
  });

  test('that was complete before its name was given only needs its checksum', async () => {
    await downloadImage(given({ target: given().part }));
    await downloadImage(given());
    expect(readFileSync(given().target).equals(CONTENT)).toBe(true);
    expect(ranges).toEqual([undefined, `bytes=${CONTENT.length}-`]);
  });

  test('without a checksum never goes on', async () => {
    await downloadImage(given());
    rmSync(given().target);
    writeFileSync(given().part, 'half of something');
    await downloadImage(given({ checksum: null }));
    expect(ranges).toEqual([undefined, undefined]);
    expect(readFileSync(given().target).equals(CONTENT)).toBe(true);
  });

  test('of another content is refused by its checksum', async () => {
    answer = (_request, response) => response.end('another');
    const found = `sha256:${createHash('sha256').update('another').digest('hex')}`;
    expect(await failure()).toEqual({
      message:
        `The image at https://HOST/debian.qcow2 has the checksum ${found}, and ${CHECKSUM} is ` +
        'expected: correct the checksum, or replace the image.',
      next: 'final',
    });
    expect(existsSync(given().part)).toBe(false);
  });

  test('that is too large ends before it is complete', async () => {
    expect(await failure({ bytesMax: 10_000 })).toEqual({
      message: 'The image at https://HOST/debian.qcow2 is larger than the disk that it is for.',
      next: 'final',
    });
  });

  test('that is given up keeps what it has', async () => {
    const giving = new AbortController();
    answer = async (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 40_000));
      await partIsWritten();
      giving.abort();
    };
    expect(await failure({ signal: giving.signal })).toMatchObject({ next: 'retry' });
    expect(existsSync(given().part)).toBe(true);
  });
});

describe('a server', () => {
  test.each([
    [404, 'final'],
    [429, 'retry'],
    [503, 'retry'],
  ])('that answers with status %i is said', async (status, next) => {
    answer = (_request, response) => response.writeHead(status).end();
    const message = `The server of https://HOST/debian.qcow2 answered with status ${status}.`;
    expect(await failure()).toEqual({ message, next });
  });

  test('may redirect to hosts that are allowed, over TLS', async () => {
    answer = (request, response) => {
      if (request.url === '/there') sendContent(request, response);
      else response.writeHead(302, { location: '/there' }).end();
    };
    await downloadImage(given());
    rmSync(given().target);
    answer = (_request, response) =>
      response.writeHead(302, { location: 'https://169.254.169.254/secret' }).end();
    expect(await failure()).toEqual({
      message:
        'The host of https://169.254.169.254/secret is not allowed: add 169.254.169.254 to ' +
        "--image-hosts of the node's agent (--qemu-image-hosts of a server).",
      next: 'final',
    });
    answer = (_request, response) =>
      response.writeHead(301, { location: `http://${host}/there` }).end();
    expect(await failure()).toMatchObject({
      message: expect.stringMatching(/^Images are downloaded over https, not/),
    });
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    expect(await failure()).toMatchObject({
      message: expect.stringMatching(/redirects more than 5 times[.]$/),
    });
  });

  test('whose certificate is not trusted is not asked', async () => {
    expect(await failure({ authorities: undefined })).toMatchObject({
      message: expect.stringMatching(/self-signed certificate/),
      next: 'retry',
    });
    expect(ranges).toEqual([]);
  });

  test('that is not allowed is not asked', async () => {
    expect(await failure({ hosts: ['127.0.0.1'] })).toMatchObject({ next: 'final' });
    expect(ranges).toEqual([]);
  });
});
