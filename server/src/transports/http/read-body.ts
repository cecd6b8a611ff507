/** Reads request bodies: JSON only, bounded, compressed or not. */
import type { IncomingMessage } from 'node:http';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import express from 'express';
import type { ExchangeHandler, ExchangeRequest } from './exchange.ts';
import { parseJson } from './parse-json.ts';

/** Room for a policy of 256 KiB with every character escaped once. Unit: bytes, uncompressed. */
export const BODY_BYTES_MAX = 1_048_576;

/** Whether a request has a body, which may not have arrived yet (RFC 9112, section 6.3). */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > 0;
}

/** Collects the body's bytes; the media type is looked at by {@link readJsonBody}. */
export function collectBody(): ExchangeHandler {
  return express.raw({ type: () => true, limit: BODY_BYTES_MAX });
}

/** Collects the bytes as they come; a body with a content coding is refused. */
export function collectRawBody(limit: number): ExchangeHandler {
  return express.raw({ type: () => true, limit, inflate: false });
}

/** The bytes that were collected; none where there is no body. */
export function bytesOf({ body }: ExchangeRequest): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

/**
 * The JSON of a collected body, `undefined` when there is none.
 * Problems: `unsupported-media-type`, `validation-failed`.
 */
export function readJsonBody(request: ExchangeRequest): Result<unknown, Problem> {
  const bytes = bytesOf(request);
  if (bytes.length === 0) return ok(undefined);
  const refusal = refuseMediaType(request.get('content-type'));
  return refusal === undefined ? parseJson(bytes) : err(refusal);
}

function refuseMediaType(header: string | undefined): Problem | undefined {
  const remedy = 'Send the body as JSON with the header: Content-Type: application/json.';
  if (header === undefined) {
    return problem('unsupported-media-type', {
      detail: 'The request has a body but no Content-Type.',
      remedy,
    });
  }
  const [type = '', ...parameters] = header.toLowerCase().split(';');
  const charset = parameters.find((parameter) => parameter.trim().startsWith('charset='));
  const isUtf8 = charset === undefined || /^\s*charset="?utf-?8"?\s*$/.test(charset);
  if (/^application\/(?:[\w.!#$&^-]+\+)?json$/.test(type.trim()) && isUtf8) return undefined;
  return problem('unsupported-media-type', {
    detail: `The body is sent as ${header}; the server supports only JSON in UTF-8.`,
    remedy,
  });
}
