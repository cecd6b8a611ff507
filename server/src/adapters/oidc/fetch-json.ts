/** Gets a small JSON document of an issuer, within limits. */
import type { Fetch } from '../egress/guarded-fetch.ts';

/** Identity providers answer in milliseconds; callers wait for this. Unit: ms. */
const FETCH_MS_MAX = 3_000;

/** Rejects with an Error whose message says what was wrong with the answer. */
export async function fetchJson(url: string, fetchIt: Fetch): Promise<unknown> {
  const response = await fetchIt(url, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(FETCH_MS_MAX),
  });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
