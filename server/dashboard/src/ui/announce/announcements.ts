/**
 * Announcements in batches: the first one is made at once, and those of the seconds after it are
 * made together, so that none replaces another before it was read out.
 */

/** Minimum interval between announcements. Unit: ms. */
export const BATCH_MS = 5_000;

interface AnnouncementsOptions {
  /** Calls a function after a time in milliseconds. */
  readonly after: (delayMs: number, run: () => void) => void;
  /** Makes an announcement. */
  readonly publish: (text: string) => void;
}

/** Makes the function that announces a text. */
export function createAnnouncements(options: AnnouncementsOptions): (text: string) => void {
  let pending: string[] = [];
  let isWaiting = false;
  const flush = (): void => {
    isWaiting = pending.length > 0;
    if (!isWaiting) return;
    options.publish(pending.join('. '));
    pending = [];
    options.after(BATCH_MS, flush);
  };
  return (text) => {
    pending.push(text);
    if (isWaiting) return;
    isWaiting = true;
    // What else the same event has to say comes with it.
    options.after(0, flush);
  };
}
