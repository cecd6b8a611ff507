/**
 * Number of rows of a preview that are read and judged together. Each part of a preview ends after
 * a page, so the pages of a slow draft must be small.
 */

/** A page after which others are served, where policies are quick. Unit: rows. */
const PAGE_ROWS_MAX = 200;

/** A page whose policies take as long as they may. Unit: rows. */
const PAGE_ROWS_MIN = 5;

/** Pages grow while one takes no longer. Unit: ms. */
const PAGE_MS_MAX = 100;

/** Sizes of the next pages. */
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
