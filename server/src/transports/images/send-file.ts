/**
 * Sends a file whose name is its checksum, or a part of it. A whole file can be hashed while it is
 * sent, which costs no second reading: its last bytes follow only if the content is right. Parts
 * are not: the client that joins them verifies the whole, and fetches the whole if it is wrong.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { isTagListed } from '../http/entity-tag.ts';
import type { ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';
import { chooseRange } from './choose-range.ts';

/** A file to send. */
export interface SentFile {
  readonly path: string;
  /** SHA-256 of its content: hexadecimal digits. */
  readonly sha256: string;
  /**
   * Called when the content of the whole has another checksum: what the client is answered, unless
   * it has got the beginning of the file already. Undefined: the file has just been verified.
   */
  readonly onDamage?: () => Promise<Problem>;
}

const OK_STATUS = 200;
const PARTIAL_STATUS = 206;
const NOT_MODIFIED_STATUS = 304;
const RANGE_STATUS = 416;

/** Sends it; its checksum is the ETag. Rejects where the file cannot be read. */
export async function sendFile(
  request: ExchangeRequest,
  response: ExchangeResponse,
  sent: SentFile,
): Promise<void> {
  const file = await open(sent.path, 'r');
  try {
    await send(file, request, response, sent);
  } finally {
    await file.close();
  }
}

async function send(
  file: FileHandle,
  request: ExchangeRequest,
  response: ExchangeResponse,
  { sha256, onDamage }: SentFile,
): Promise<void> {
  const etag = `"${sha256}"`;
  const { size } = await file.stat();
  response.set({ ETag: etag, 'Accept-Ranges': 'bytes' });
  response.status(OK_STATUS);
  if (isTagListed(request.get('if-none-match'), etag)) {
    response.status(NOT_MODIFIED_STATUS).end();
    return;
  }
  // Ranges are defined for GET alone.
  const range = request.method === 'GET' ? request.get('range') : undefined;
  const chosen = chooseRange({ range, ifRange: request.get('if-range'), etag, size });
  if (chosen.kind === 'unsatisfiable') return refuseRange(response, size);
  const isPart = chosen.kind === 'part';
  const { start, end } = isPart ? chosen : { start: 0, end: size - 1 };
  response.set({
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(end - start + 1),
    ...(isPart ? { 'Content-Range': `bytes ${start}-${end}/${size}` } : {}),
  });
  response.status(isPart ? PARTIAL_STATUS : OK_STATUS);
  if (request.method === 'HEAD') return void response.end();
  const content = size === 0 ? [] : file.createReadStream({ start, end, autoClose: false });
  if (isPart || onDamage === undefined) return void (await write(content, response));
  await write(withheld(content, { sha256, response, onDamage }), response);
}

interface Withheld extends Required<Pick<SentFile, 'sha256' | 'onDamage'>> {
  readonly response: ExchangeResponse;
}

/** Passes chunks on, the last one only if the whole has its checksum. */
async function* withheld(
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  { sha256, response, onDamage }: Withheld,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let last: Buffer | undefined;
  for await (const chunk of content) {
    if (last !== undefined) yield last;
    hash.update(chunk);
    last = chunk;
  }
  if (hash.digest('hex') !== sha256) return void (await refuseDamaged(response, onDamage));
  if (last !== undefined) yield last;
}

/** A client that has got the beginning sees that the connection ends before the length. */
async function refuseDamaged(
  response: ExchangeResponse,
  onDamage: () => Promise<Problem>,
): Promise<void> {
  const found = await onDamage();
  if (response.headersSent) return void response.destroy();
  for (const name of ['ETag', 'Accept-Ranges', 'Content-Length']) response.removeHeader(name);
  sendProblem(response, found);
}

/** Writes as fast as the client reads; one that hangs up goes on later. */
async function write(
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  response: ExchangeResponse,
): Promise<void> {
  const { signal } = response.locals;
  try {
    for await (const chunk of content) {
      if (!response.write(chunk)) await once(response, 'drain', { signal });
    }
    if (!response.writableEnded && !response.destroyed) response.end();
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}

function refuseRange(response: ExchangeResponse, size: number): void {
  response.set('Content-Range', `bytes */${size}`);
  const found = problem('validation-failed', {
    detail: `The header Range asks for bytes that the file does not have: it has ${size} bytes.`,
    remedy: 'Ask for a part within the file, or without the header for the whole.',
  });
  sendProblem(response, found, RANGE_STATUS);
}
