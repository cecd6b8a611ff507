/** How long an agent that stops waits for servers to know that it guards no VMs. */

/**
 * How long a process that stops waits until servers know that it guards nothing; then it kills what
 * they may start elsewhere. Unit: ms.
 */
export const RELEASE_MS_MAX = 10_000;
