/**
 * How far two releases are apart, as one number: it grows by one with each release after which an
 * older neighbour would not understand everything any more. Neighbours work together with what both
 * know: what the older one refuses is reported with both versions, and unknown fields of answers
 * are ignored.
 */

/** The level of this release. */
export const CONTRACT_LEVEL = 4;

/** The level of servers that do not report one. */
export const CONTRACT_LEVEL_DEFAULT = 1;

/** Levels between two programs that still work together. */
export const CONTRACT_LEVELS_APART_MAX = 1;
