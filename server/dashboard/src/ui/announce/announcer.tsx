/** Says to screen readers what has changed, a few seconds' worth of changes at once. */
import { useSyncExternalStore } from 'react';
import { createAnnouncements } from './announcements.ts';
import styles from './announcer.module.css';

/** The same text twice is two announcements: each is an element of its own. */
let message = { text: '', count: 0 };
const listeners = new Set<() => void>();

/** Announces a text: soon, together with others. */
export const announce = createAnnouncements({
  after: (delayMs, run) => void setTimeout(run, delayMs),
  publish: (text) => {
    message = { text, count: message.count + 1 };
    for (const listener of listeners) listener();
  },
});

/** The region that is read out. Its text is not shown. */
export function Announcer() {
  const { text, count } = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => message,
  );
  return (
    <div role="status" aria-live="polite" className={styles.hidden}>
      <span key={count}>{text}</span>
    </div>
  );
}
