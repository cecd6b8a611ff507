/**
 * Downloads of images: over TLS, from hosts that the operator allows, also where one redirects to
 * another (OWASP, server-side request forgery). An interrupted download goes on where it was, if
 * there is a checksum by which the whole is verified.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import { remove } from '../files/directories.ts';
import { syncFile } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble, QemuTrouble, reasonOf } from '../files/trouble.ts';

/** A server that sends nothing for this long is gone. Unit: ms. */
const SILENCE_MS_MAX = 30_000;
const REDIRECTS_MAX = 5;
const PERCENT = 100;

const NOT_FOUND = 404;

/** Answers that may be others later: RFC 9110. */
const PASSING: readonly number[] = [408, 425, 429];

/** File to download, and its limits. */
export interface Download {
  readonly url: string;
  /** Hosts that may be asked, with a port unless it is 443. */
  readonly hosts: readonly string[];
  /** Certificates of the authorities that are trusted; those of Node when undefined. */
  readonly authorities?: string | undefined;
  /** Path of the complete file, and of the partial file before. */
  readonly target: string;
  readonly part: string;
  readonly checksum: string | null;
  /** Remedy for a missing or different image: a clause in the imperative. */
  readonly remedy?: string | undefined;
  readonly bytesMax: number;
  readonly signal: AbortSignal;
  readonly onProgress?: ((percent: number) => void) | undefined;
}

/** Downloads a file, whole or not at all. Rejects with a `QemuTrouble`. */
export async function downloadImage(download: Download): Promise<void> {
  const { part, target, checksum, signal, url } = download;
  makePrivateDir(dirname(part));
  if (checksum === null) remove(part);
  const resumed = sizeOf(part);
  await fetchPart(download, resumed);
  const found = checksum === null ? null : await checksumOf(part, signal);
  if (found !== checksum) {
    remove(part);
    // What was there before may have been of another file.
    if (resumed > 0) return downloadImage(download);
    const { remedy = 'correct the checksum, or replace the image' } = download;
    throw finalTrouble(
      `The image at ${url} has the checksum ${found}, and ${checksum} is expected: ${remedy}.`,
    );
  }
  syncFile(part);
  renameSync(part, target);
}

/** The checksum of a file, as templates have it. */
export async function checksumOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  return `sha256:${hash.digest('hex')}`;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function fetchPart(download: Download, offset: number): Promise<void> {
  const { url, part, signal } = download;
  try {
    const answer = await request(download, offset);
    // The whole may be here already: the checksum decides.
    if (answer.statusCode === 416) return void answer.destroy();
    const start = startOf(answer);
    if (start !== undefined && start !== offset) {
      throw passingTrouble(`The server of ${url} sent another part of the image than asked for.`);
    }
    const begin = start ?? 0;
    const flags = begin === 0 ? 'w' : 'a';
    const file = createWriteStream(part, { flags, mode: 0o600 });
    await pipeline(answer, countBytes(download, answer, begin), file, { signal });
  } catch (cause) {
    if (cause instanceof QemuTrouble) throw cause;
    throw passingTrouble(`The download of ${url} failed (${reasonOf(cause)}).`, cause);
  }
}

/** Returns the start of a partial answer; undefined for a complete answer. */
function startOf({ statusCode, headers }: IncomingMessage): number | undefined {
  if (statusCode !== 206) return undefined;
  return Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? -1);
}

/** Ends a download that becomes too large, and reports how far it is. */
function countBytes(download: Download, { headers }: IncomingMessage, begin: number): Transform {
  const { url, bytesMax, onProgress } = download;
  const total = begin + Number(headers['content-length'] ?? Number.NaN);
  let count = begin;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      count += chunk.length;
      if (count > bytesMax) {
        done(finalTrouble(`The image at ${url} is larger than the disk that it is for.`));
        return;
      }
      if (total > 0) onProgress?.((count / total) * PERCENT);
      done(null, chunk);
    },
  });
}

/** Follows redirects to hosts that are allowed. */
async function request(download: Download, offset: number): Promise<IncomingMessage> {
  let address = new URL(download.url);
  for (let count = 0; count <= REDIRECTS_MAX; count += 1) {
    checkAddress(address, download.hosts);
    const answer = await ask(address, download, offset);
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200 || statusCode === 206 || statusCode === 416) return answer;
    answer.destroy();
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined) {
      const message = `The server of ${address.href} answered with status ${statusCode}`;
      const isForGood = statusCode < 500 && !PASSING.includes(statusCode);
      if (!isForGood) throw passingTrouble(`${message}.`);
      const { remedy } = download;
      const mends = statusCode === NOT_FOUND && remedy !== undefined;
      throw finalTrouble(
        mends ? `${message}: it does not have the image; ${remedy}.` : `${message}.`,
      );
    }
    address = new URL(headers.location, address);
  }
  throw finalTrouble(`The server of ${download.url} redirects more than ${REDIRECTS_MAX} times.`);
}

function checkAddress({ protocol, host, href }: URL, hosts: readonly string[]): void {
  if (protocol !== 'https:') throw finalTrouble(`Images are downloaded over https, not ${href}.`);
  if (hosts.includes(host)) return;
  throw finalTrouble(
    `The host of ${href} is not allowed: add ${host} to --image-hosts of the node's agent ` +
      '(--qemu-image-hosts of a server).',
  );
}

function ask(
  address: URL,
  { authorities, signal }: Download,
  offset: number,
): Promise<IncomingMessage> {
  const range = offset === 0 ? {} : { range: `bytes=${offset}-` };
  const trust = authorities === undefined ? {} : { ca: authorities };
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': 'novacron', 'accept-encoding': 'identity', ...range };
    const sent = get(address, { ...trust, headers, signal, timeout: SILENCE_MS_MAX }, resolve);
    sent.on('timeout', () => sent.destroy(new Error('the server stopped sending')));
    sent.on('error', reject);
  });
}
