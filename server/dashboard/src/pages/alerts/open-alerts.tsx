/** The newest open alerts, for pages that show them beside something else. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import styles from './open-alerts.module.css';

/** Maximum number of alerts in the panel. */
const SHOWN_MAX = 5;

/** Renders the panel. */
export function OpenAlerts() {
  const query = useQuery(queryOf('alert.list', { state: ['open'], limit: SHOWN_MAX }));
  return (
    <Panel title="Open alerts" aside={<Link to="/alerts">All alerts</Link>}>
      <QueryState query={query} what="alerts">
        {({ items }) =>
          items.length === 0 ? (
            <StatusMark status="No alert is open" tone="ok" />
          ) : (
            <ul className={styles.items}>
              {items.map(({ id, severity, message, target, last_seen_at: at }) => (
                <li key={id}>
                  <StatusMark status={severity} />
                  <Link to="/alerts" search={{ state: 'open', search: target ?? '' }}>
                    {message} <bdi>{target}</bdi>
                  </Link>
                  <Moment at={at} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
    </Panel>
  );
}
