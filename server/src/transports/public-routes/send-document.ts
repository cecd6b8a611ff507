/** Sends a document that is made once, in the content coding that a client prefers. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { problem } from '@novacron/contract/problem/problem';
import { chooseEncoding, type Encoding } from '../http/choose-encoding.ts';
import { entityTag, isTagListed } from '../http/entity-tag.ts';
import type { ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';
import { sendProblem } from '../http/send-problem.ts';

/** A document with its codings, which all answers share. */
export interface CodedDocument {
  readonly mediaType: string;
  /** Changes with the content. */
  readonly identity: string;
  /** The bytes in a coding, made when they are first asked for. */
  readonly read: (encoding: Encoding) => Promise<Buffer>;
}

/** In the order of preference. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;

const NOT_MODIFIED_STATUS = 304;
const NOT_ACCEPTABLE_STATUS = 406;

/** Nearly as small as the best one, in a tenth of its time. */
const BROTLI_QUALITY = 5;

const CODERS: Readonly<Record<Encoding, (plain: Buffer) => Promise<Buffer>>> = {
  identity: async (plain) => plain,
  gzip: promisify<Buffer, Buffer>(gzip),
  br: (plain) =>
    promisify(brotliCompress)(plain, {
      params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    }),
};

/** Makes a document of its text. */
export function codeDocument(text: string, mediaType: string): CodedDocument {
  const plain = Buffer.from(text);
  const made = new Map<Encoding, Promise<Buffer>>();
  return {
    mediaType,
    identity: createHash('sha256').update(plain).digest('base64url'),
    read: (encoding) => {
      const reading = made.get(encoding) ?? CODERS[encoding](plain);
      made.set(encoding, reading);
      return reading;
    },
  };
}

/** Sends it; 304 to a client that has it. Caches ask each time whether it has changed. */
export async function sendDocument(
  request: ExchangeRequest,
  response: ExchangeResponse,
  document: CodedDocument,
): Promise<void> {
  response.set('Vary', 'Accept-Encoding');
  const encoding = chooseEncoding(request.get('accept-encoding'), ENCODINGS);
  if (encoding === undefined) {
    const found = problem('validation-failed', {
      detail: 'The header Accept-Encoding excludes every content coding of this document.',
      remedy: `Accept one of ${ENCODINGS.join(', ')}.`,
    });
    return sendProblem(response, found, NOT_ACCEPTABLE_STATUS);
  }
  const etag = entityTag(document.identity, encoding);
  response.set({ ETag: etag, 'Cache-Control': 'no-cache' });
  if (isTagListed(request.get('if-none-match'), etag)) {
    response.status(NOT_MODIFIED_STATUS).end();
    return;
  }
  if (encoding !== 'identity') response.set('Content-Encoding', encoding);
  const content = await document.read(encoding);
  response.set({ 'Content-Type': document.mediaType, 'Content-Length': String(content.length) });
  response.end(request.method === 'HEAD' ? undefined : content);
}
