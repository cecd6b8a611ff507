/** Time that a caller is willing to wait for the end of its write (`Prefer: wait`). */

/** Longer than any caller keeps a connection for; the rest is what `operation.wait` is for. */
const WAIT_S_MAX = 30;

const MS_PER_S = 1000;

/**
 * Reads the preference `wait` of a `Prefer` header. One that makes no sense is ignored, as every
 * preference may be. Source: RFC 7240, section 4.3.
 * @returns milliseconds; undefined without such a preference
 */
export function readWaitPreference(header: string | undefined): number | undefined {
  for (const preference of header?.split(',') ?? []) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), WAIT_S_MAX) * MS_PER_S;
  }
  return undefined;
}
