/** The counts that people look at first, each a link to its list. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { anyQueryOf } from '../../api/queries.ts';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import styles from './overview.module.css';

type Counted = 'vm.list' | 'incident.list' | 'operation.list' | 'node.list';

interface CountProps {
  readonly title: string;
  readonly operation: Counted;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly to: string;
  readonly search: Readonly<Record<string, string>>;
  /** What it means when there is one or more. */
  readonly tone: Tone;
  readonly word: string;
}

/** Renders the row of counts. */
export function Counts() {
  return (
    <ul className={styles.counts} aria-label="Counts">
      <Count
        title="VMs"
        operation="vm.list"
        filter={{ status: ['running'] }}
        to="/vms"
        search={{ status: 'running' }}
        tone="ok"
        word="running"
      />
      <Count
        title="VMs"
        operation="vm.list"
        filter={{ status: ['failed', 'unknown'] }}
        to="/vms"
        search={{ status: 'failed' }}
        tone="bad"
        word="failed"
      />
      <Count
        title="Incidents"
        operation="incident.list"
        filter={{ state: ['open'] }}
        to="/incidents"
        search={{ state: 'open' }}
        tone="bad"
        word="open"
      />
      <Count
        title="Operations"
        operation="operation.list"
        filter={{ status: 'running' }}
        to="/operations"
        search={{ status: 'running' }}
        tone="info"
        word="running"
      />
      <Count
        title="Operations"
        operation="operation.list"
        filter={{ status: 'stuck' }}
        to="/operations"
        search={{ status: 'stuck' }}
        tone="bad"
        word="stuck"
      />
      <Count
        title="Nodes"
        operation="node.list"
        filter={{ status: ['ready'] }}
        to="/fleet"
        search={{}}
        tone="ok"
        word="ready"
      />
    </ul>
  );
}

function Count({ title, operation, filter, to, search, tone, word }: CountProps) {
  const input = Object.assign({ limit: 1, count: true, fields: ['id'] }, filter);
  const { data } = useQuery(anyQueryOf(operation, input));
  const total = typeof data?.total === 'number' ? data.total : undefined;
  return (
    <li>
      <Link to={to} search={search} className={styles.count}>
        <span className={styles.number}>
          {total === undefined ? '…' : total.toLocaleString('en')}
          {data?.total_is_exact === false ? '+' : ''}
        </span>
        <span className={styles.countTitle}>{title}</span>
        <StatusMark status={word} tone={total ? tone : 'none'} />
      </Link>
    </li>
  );
}
