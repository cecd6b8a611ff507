/** Lengths that follow the text size which the user has set in the browser. */

/** Pixels that 1 rem has without such a setting. */
export const REM_PX = 16;

/** Converts a length to pixels at the current root size. Unit of the length: rem. */
export function remToPx(rem: number): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return rem * (Number.isFinite(size) ? size : REM_PX);
}
