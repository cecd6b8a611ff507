/** Alerts of orchestration policies: who looks after which, and which are to be quiet. */
import { Link } from '@tanstack/react-router';
import { pathOfResource } from '../../paths/kinds.ts';
import { Page } from '../../ui/page.tsx';
import { ListView } from '../resources/list-view.tsx';
import { AlertActions } from './alert-actions.tsx';

const COLUMNS = [
  'severity',
  'state',
  'message',
  'target',
  'policy',
  'count',
  'last_seen_at',
  'first_seen_at',
  'acknowledged_by',
  'note',
  'silenced_until',
];
const FILTERS = ['state', 'severity', 'source'];

/** Renders the page. */
export function AlertsPage() {
  return (
    <Page
      title="Alerts"
      intro="Raised by orchestration policies, by Alertmanager, and by metrics that are watched."
    >
      <ListView
        noun="alert"
        operation="alert.list"
        title="Alerts"
        columns={COLUMNS}
        filters={FILTERS}
        nameField="message"
        cells={{
          target: ({ target, target_kind: kind, target_id: id }) => {
            const path = pathOfResource(String(kind), String(id));
            const name = String(target ?? '');
            return path === undefined ? name : <Link to={path}>{name}</Link>;
          },
          policy: ({ policy, policy_id: id, rule, metric }) =>
            policy === null ? (
              `${String(rule)} of ${String(metric ?? 'Alertmanager')}`
            ) : (
              <Link to="/orchestration-policies/$id" params={{ id: String(id) }}>
                {String(policy)}
              </Link>
            ),
        }}
        actions={(alert) => <AlertActions alert={alert} />}
        empty={
          <p>
            There is no alert. A rule of a policy with <code>alert severity=warning</code> raises
            one: <Link to="/orchestration-policies">orchestration policies</Link>.
          </p>
        }
      />
    </Page>
  );
}
