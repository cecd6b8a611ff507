/**
 * Compatibility level of releases: it grows by one with each release that an older neighbour would
 * not fully understand. Neighbours use the features that both know: refusals of the older release
 * are reported with both versions, and unknown fields of answers are ignored.
 */

/** The level of this release. */
export const CONTRACT_LEVEL = 1;

/** Levels between two programs that still work together. */
export const CONTRACT_LEVELS_APART_MAX = 1;
