/** Sends a file whose name is its checksum, or a part of it. */
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { problem } from '@novacron/contract/problem/problem';
import type { ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';
import { chooseRange } from './choose-range.ts';

/** A file to send. */
export interface SentFile {
  readonly path: string;
  /** SHA-256 of its content: hexadecimal digits. */
  readonly sha256: string;
}

const OK_STATUS = 200;
const PARTIAL_STATUS = 206;
const NOT_MODIFIED_STATUS = 304;
const RANGE_STATUS = 416;

/** Sends it; its checksum is the ETag. Rejects where the file cannot be read. */
export async function sendFile(
  request: ExchangeRequest,
  response: ExchangeResponse,
  { path, sha256 }: SentFile,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    await send(file, request, response, `"${sha256}"`);
  } finally {
    await file.close();
  }
}

async function send(
  file: FileHandle,
  request: ExchangeRequest,
  response: ExchangeResponse,
  etag: string,
): Promise<void> {
  const { size } = await file.stat();
  response.set({ ETag: etag, 'Accept-Ranges': 'bytes' });
  response.status(OK_STATUS);
  if (isKnown(request.get('if-none-match'), etag)) {
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
  if (request.method === 'HEAD' || size === 0) return void response.end();
  const content = file.createReadStream({ start, end, autoClose: false });
  await write(content, response);
}

/** Writes as fast as the client reads; one that hangs up goes on later. */
async function write(content: AsyncIterable<Buffer>, response: ExchangeResponse): Promise<void> {
  const { signal } = response.locals;
  try {
    for await (const chunk of content) {
      if (!response.write(chunk)) await once(response, 'drain', { signal });
    }
    response.end();
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}

/** Whether the client has the file (RFC 9110, section 13.1.2). */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}

function refuseRange(response: ExchangeResponse, size: number): void {
  response.set('Content-Range', `bytes */${size}`);
  const found = problem('validation-failed', {
    detail: `The header Range asks for bytes that the file does not have: it has ${size} bytes.`,
    remedy: 'Ask for a part within the file, or without the header for the whole.',
  });
  sendProblem(response, found, RANGE_STATUS);
}
