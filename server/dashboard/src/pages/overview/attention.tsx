/** Panel of items that need a person: open incidents, stuck operations, violations, drift. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queryOf } from '../../api/queries.ts';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loading, ProblemNotice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { countOf } from '../../ui/words.ts';
import styles from './overview.module.css';
import type { Summary } from './summary.ts';

/** Maximum number of each that the overview lists. */
const SHOWN_MAX = 5;

/** Renders the panel. */
export function Attention({ summary }: { readonly summary: Summary }) {
  const incidents = useQuery(
    queryOf('incident.list', { state: ['open', 'acknowledged'], limit: SHOWN_MAX, count: true }),
  );
  const stuck = useQuery(
    queryOf('operation.list', { status: 'stuck', limit: SHOWN_MAX, count: true }),
  );
  const violations = useQuery(
    queryOf('policy_violation.list', { state: 'open', limit: SHOWN_MAX, count: true }),
  );
  const all = [incidents, stuck, violations];
  const failed = all.find(({ error }) => error !== null);
  const entries: ReactNode[] = [
    ...(incidents.data?.items ?? []).map(({ id, severity, summary, opened_at: at }) => (
      <li key={id} className={styles.item}>
        <StatusMark status={severity} />
        <Link to="/incidents/$id" params={{ id }}>
          {summary}
        </Link>
        <Moment at={at} />
      </li>
    )),
    ...(stuck.data?.items ?? []).map(({ id, kind, target_name: target, created_at: at }) => (
      <li key={id} className={styles.item}>
        <StatusMark status="stuck" />
        <Link to="/operations/$id" params={{ id }}>
          {kind} {target}
        </Link>
        <Moment at={at} />
      </li>
    )),
  ];
  const further = [
    { left: leftOf(incidents.data), one: 'further incident', to: '/incidents' },
    {
      left: leftOf(stuck.data),
      one: 'further stuck operation',
      to: '/operations',
      search: { status: 'stuck' },
    },
  ].filter(({ left }) => left > 0);
  const denied = violations.data?.total ?? violations.data?.items.length ?? 0;
  if (denied > 0) {
    entries.push(
      <li key="violations" className={styles.item}>
        <StatusMark status="violation" tone="watch" />
        <Link to="/violations" search={{ state: 'open' }}>
          {countOf(denied, 'open violation')} of policies
        </Link>
      </li>,
    );
  }
  const drifted = summary.drift?.open ?? 0;
  if (drifted > 0) {
    entries.push(
      <li key="drift" className={styles.item}>
        <StatusMark status="drift" tone="watch" />
        <Link to="/drift">
          {countOf(drifted, 'resource')} {drifted === 1 ? 'differs' : 'differ'} from what was
          applied
        </Link>
      </li>,
    );
  }
  return (
    <Panel title="Needs attention">
      {failed === undefined ? null : (
        <ProblemNotice cause={failed.error} retry={() => void failed.refetch()} />
      )}
      {all.some(({ isPending }) => isPending) ? <Loading what="attention" /> : null}
      {entries.length > 0 ? <ul className={styles.items}>{entries}</ul> : null}
      {further.map(({ left, one, to, search }) => (
        <p key={to}>
          <Link to={to} search={search}>
            {countOf(left, one)}
          </Link>
        </p>
      ))}
      {entries.length === 0 && all.every(({ isSuccess }) => isSuccess) ? (
        <StatusMark status="No open incident, stuck operation, violation or drift" tone="ok" />
      ) : null}
    </Panel>
  );
}

interface Counted {
  readonly items: readonly unknown[];
  readonly total?: number | undefined;
}

/** Returns the number of items beyond those listed. */
function leftOf(answer: Counted | undefined): number {
  return (answer?.total ?? 0) - (answer?.items.length ?? 0);
}
