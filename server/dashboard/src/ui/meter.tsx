/** A share as a bar with its value in words. */
import styles from './meter.module.css';

const PERCENT = 100;
const WATCH_PERCENT = 75;
const BAD_PERCENT = 90;

interface MeterProps {
  /** Measured resource: `CPU`. */
  readonly label: string;
  /** 0 to 100. Unit: percent. */
  readonly percent: number;
  /** `12 of 64 cores`. */
  readonly words?: string;
  /** `progress` is good when it is full; `load` is not. */
  readonly kind?: 'load' | 'progress';
}

/** Renders the bar. */
export function Meter({ label, percent, words, kind = 'load' }: MeterProps) {
  const shown = Math.max(0, Math.min(PERCENT, Math.round(percent)));
  const tone =
    kind === 'progress' || shown < WATCH_PERCENT ? 'info' : shown < BAD_PERCENT ? 'watch' : 'bad';
  return (
    <span className={styles.meter}>
      <svg
        className={`${styles.bar} ${styles[tone]}`}
        role="img"
        aria-label={`${label}: ${words ?? `${shown} %`}`}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
      >
        <rect className={styles.track} width="100" height="8" rx="3" />
        <rect className={styles.fill} width={shown} height="8" rx="3" />
      </svg>
      <span className={styles.words} aria-hidden="true">
        {words ?? `${shown} %`}
      </span>
    </span>
  );
}
