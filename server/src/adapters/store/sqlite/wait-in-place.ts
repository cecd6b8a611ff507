/** Waits as a flush to the disk does: nothing else happens on this thread meanwhile. */
export function waitInPlace(delayMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, delayMs);
}
