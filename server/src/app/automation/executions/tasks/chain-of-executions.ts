/**
 * Executions that start each other. Requests of steps carry how many have led to them, so that a
 * chain that leaves NovaCron and comes back through a webhook is recognised.
 */

/** A longer chain is a loop. */
export const CHAIN_LENGTH_MAX = 8;

/** Reason why the ninth execution is not started. */
export const END_OF_CHAIN = `a chain of ${CHAIN_LENGTH_MAX} executions that start each other ends`;

/** The header of requests: how many executions have led to it, in decimal digits. */
export const CHAIN_HEADER = 'novacron-chain-length';

/** Reads the header; 0 where there is none. */
export function readChainLength(header: string | undefined): number {
  if (header === undefined) return 0;
  // A proxy has joined several: which of them counts is unknown, so none goes on.
  return /^\d{1,4}$/.test(header) ? Number(header) : CHAIN_LENGTH_MAX;
}
