/**
 * The clock of the server. Ages are counted by it: the clock of a browser may be days off, and may
 * jump.
 */

let known: { readonly serverMs: number; readonly atMs: number } | undefined;

/** Notes what time the server says that it is: RFC 3339. What is not a time changes nothing. */
export function noteServerTime(time: string): void {
  const serverMs = Date.parse(time);
  if (!Number.isNaN(serverMs)) known = { serverMs, atMs: performance.now() };
}

/** The time of the server; that of the browser until it is known. Unit: ms since 1970. */
export function serverNowMs(): number {
  return known === undefined ? Date.now() : known.serverMs + performance.now() - known.atMs;
}
