/**
 * How many rows of a preview are read and judged together. A part of a preview ends behind a page,
 * so that the pages of a slow draft have to be small.
 */

/** A page after which others are served, where policies are quick. Unit: rows. */
const PAGE_ROWS_MAX = 200;

/** A page whose policies take as long as they may. Unit: rows. */
const PAGE_ROWS_MIN = 5;

/** Pages grow while one takes no longer. Unit: ms. */
const PAGE_MS_MAX = 100;

/** How many rows are read next. */
export interface PageSizes {
  readonly next: () => number;
  /** A page was judged: the next one is larger where that took little time. */
  readonly judged: () => void;
}

/** Begins with a small page. @param steady - a time that no one sets, in ms */
export function createPageSizes(steady: () => number): PageSizes {
  let rows = PAGE_ROWS_MIN;
  let beganMs = steady();
  return {
    next: () => rows,
    judged: () => {
      const isQuick = steady() - beganMs <= PAGE_MS_MAX;
      rows = isQuick
        ? Math.min(rows * 2, PAGE_ROWS_MAX)
        : Math.max(PAGE_ROWS_MIN, Math.floor(rows / 4));
      beganMs = steady();
    },
  };
}
