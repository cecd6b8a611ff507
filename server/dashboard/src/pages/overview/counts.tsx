/** The counts that people look at first, each a link to its list. */
import { Link } from '@tanstack/react-router';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import styles from './overview.module.css';
import type { Summary } from './summary.ts';

interface Count {
  readonly title: string;
  readonly count: number;
  readonly to: string;
  readonly search: Readonly<Record<string, string>>;
  readonly tone: Tone;
  readonly word: string;
}

/** Renders the row of counts; parts that the caller may not see are left out. */
export function Counts({ summary }: { readonly summary: Summary }) {
  return (
    <ul className={styles.counts} aria-label="Counts">
      {countsOf(summary).map(({ title, count, to, search, tone, word }) => (
        <li key={`${title} ${word}`}>
          <Link to={to} search={search} className={styles.count}>
            <span className={styles.number}>{count.toLocaleString('en')}</span>
            <span className={styles.countTitle}>{title}</span>
            <StatusMark status={word} tone={tone} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function countsOf(summary: Summary): readonly Count[] {
  const { nodes, vms, incidents, operations, alerts } = summary;
  const counts: Count[] = [];
  /** The tone of a count of things says nothing where there are none. */
  const add = (count: number | undefined, others: Omit<Count, 'count'>): void => {
    if (count === undefined) return;
    counts.push(Object.assign({ count }, others, count === 0 ? { tone: 'none' as const } : {}));
  };
  const running = { status: 'running' };
  const failed = { status: 'failed' };
  const open = { state: 'open' };
  const stuck = { status: 'stuck' };
  const vmsIn = (status: string) => vms?.by_status && (vms.by_status[status] ?? 0);
  add(vmsIn('running'), { title: 'VMs', word: 'running', tone: 'ok', to: '/vms', search: running });
  add(vmsIn('failed'), { title: 'VMs', word: 'failed', tone: 'bad', to: '/vms', search: failed });
  add(incidents?.open, {
    title: 'Incidents',
    word: 'open',
    tone: 'bad',
    to: '/incidents',
    search: open,
  });
  add(alerts?.open, { title: 'Alerts', word: 'open', tone: 'bad', to: '/alerts', search: open });
  const operation = { title: 'Operations', to: '/operations' };
  add(operations?.running, { ...operation, word: 'running', tone: 'info', search: running });
  add(operations?.stuck, { ...operation, word: 'stuck', tone: 'bad', search: stuck });
  const ready = nodes?.by_status && (nodes.by_status.ready ?? 0);
  const allNodes = Object.values(nodes?.by_status ?? {}).reduce((sum, each) => sum + each, 0);
  if (ready !== undefined) {
    counts.push({
      title: 'Nodes',
      count: ready,
      word: `of ${allNodes.toLocaleString('en')} ready`,
      tone: toneOfReady(ready, allNodes),
      to: '/fleet',
      search: {},
    });
  }
  return counts;
}

function toneOfReady(ready: number, all: number): Tone {
  if (ready === all) return all === 0 ? 'none' : 'ok';
  return ready === 0 ? 'bad' : 'watch';
}
