/** Says to screen readers what has changed, a few seconds' worth of changes at once. */
import { useSyncExternalStore } from 'react';
import styles from './announcer.module.css';

const BATCH_MS = 5_000;

let message = '';
let pending: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Announces a text: soon, together with others. */
export function announce(text: string): void {
  pending.push(text);
  if (timer === undefined) timer = setTimeout(flush, pending.length === 1 ? 0 : BATCH_MS);
}

function flush(): void {
  message = pending.join('. ');
  pending = [];
  timer = undefined;
  for (const listener of listeners) listener();
}

/** The region that is read out. Its text is not shown. */
export function Announcer() {
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => message,
  );
  return (
    <div role="status" aria-live="polite" className={styles.hidden}>
      {text}
    </div>
  );
}
