/** Time that a stopping agent waits for servers to know that it guards no VMs. */

/**
 * Maximum time that a stopping process waits until servers know that it guards no VMs; then it
 * kills the VMs that they may start elsewhere. Unit: ms.
 */
export const RELEASE_MS_MAX = 10_000;
