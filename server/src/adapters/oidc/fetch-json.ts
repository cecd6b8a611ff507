/** Gets a small JSON document from another server, within limits. */

import { readLimitedText } from '../http-client/read-limited-text.ts';
import type { Fetch } from './fetch-with-authority.ts';

/** Identity providers answer in milliseconds; callers wait for this. Unit: ms. */
const FETCH_MS_MAX = 3_000;

/** Hundreds of keys fit in; more is not a key set. Unit: bytes. */
const DOCUMENT_BYTES_MAX = 262_144;

/** Rejects with an Error whose message says what was wrong with the answer. */
export async function fetchJson(url: string, fetchIt: Fetch = fetchOnce): Promise<unknown> {
  const response = await fetchIt(url, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(FETCH_MS_MAX),
  });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return JSON.parse(await readLimitedText(response, { url, bytesMax: DOCUMENT_BYTES_MAX }));
}

/** The global fetch. A redirect could lead anywhere, also into the network behind the server. */
export const fetchOnce: Fetch = (url, { method, headers, body, signal }) =>
  fetch(url, {
    redirect: 'error',
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
