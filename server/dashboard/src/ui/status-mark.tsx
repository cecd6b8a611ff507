/** A status as mark, word and colour: each of them is enough to read it. */
import styles from './status-mark.module.css';

/** Tone of a status. */
export type Tone = 'ok' | 'watch' | 'bad' | 'info' | 'none';

const MARKS: Readonly<Record<Tone, string>> = {
  ok: '✓',
  watch: '▲',
  bad: '✕',
  info: '●',
  none: '○',
};

const TONES: Readonly<Record<string, Tone>> = {
  running: 'ok',
  ready: 'ok',
  succeeded: 'ok',
  available: 'ok',
  attached: 'ok',
  resolved: 'ok',
  done: 'ok',
  allowed: 'ok',
  approved: 'ok',
  denied: 'bad',
  expired: 'watch',
  decides: 'ok',
  enrolled: 'ok',
  creating: 'info',
  deleting: 'info',
  restoring: 'info',
  waits: 'info',
  undoing: 'watch',
  taking_back: 'watch',
  taken_back: 'watch',
  succeeded_with_failures: 'watch',
  draining: 'watch',
  maintenance: 'watch',
  warning: 'watch',
  medium: 'watch',
  acknowledged: 'watch',
  preempted: 'watch',
  unknown: 'watch',
  waiting: 'none',
  pending: 'info',
  high: 'bad',
  critical: 'bad',
  failed: 'bad',
  stuck: 'bad',
  lost: 'bad',
  open: 'bad',
  refused: 'bad',
  low: 'info',
  info: 'info',
};

/** Statuses that mean something else for some nouns: a running operation has not succeeded. */
const TONES_OF_NOUNS: Readonly<Record<string, Readonly<Record<string, Tone>>>> = {
  operation: { running: 'info' },
  execution: { running: 'info', stopped: 'watch' },
  compliance: {
    gap: 'bad',
    unknown: 'watch',
    evidenced: 'ok',
    'partly-evidenced': 'info',
  },
  recommendation: { open: 'info', applied: 'info', verified: 'ok' },
  model: { training: 'info', candidate: 'info', champion: 'ok', refused: 'watch' },
  autonomous_decision: { running: 'info', waiting: 'watch' },
  gitops_application: {
    synced: 'ok',
    healthy: 'ok',
    out_of_sync: 'watch',
    syncing: 'info',
    progressing: 'info',
    degraded: 'bad',
    unknown: 'none',
  },
};

/** Returns the tone of a noun's status; steps have the tone of their operation or execution. */
export function toneOf(status: string, noun = ''): Tone {
  if (noun === 'audit' && TONES[status] === undefined) return 'bad';
  return TONES_OF_NOUNS[noun]?.[status] ?? TONES[status] ?? 'none';
}

/** Renders a status. */
export function StatusMark({ status, noun, tone }: { status: string; noun?: string; tone?: Tone }) {
  const shown = tone ?? toneOf(status, noun);
  return (
    <span className={`${styles.status} ${styles[shown]}`}>
      <span aria-hidden="true" className={styles.mark}>
        {MARKS[shown]}
      </span>
      {status.replaceAll('_', ' ')}
    </span>
  );
}
