/** The checks of `make deploy-test`, in the order in which they run. */

/** @type {readonly import('../deployment-artifacts.mjs').Check[]} */
export const CHECKS = [];
