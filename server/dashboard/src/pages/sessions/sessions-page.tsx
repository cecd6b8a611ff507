/** Browsers that are signed in: one's own, and for administrators those of the tenant. */

import type { Item } from '../../api/queries.ts';
import { formatMoment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { usePreferences } from '../../ui/preferences.ts';
import { Actions } from '../resources/actions.tsx';
import { ListView } from '../resources/list-view.tsx';

const COLUMNS = [
  'principal',
  'method',
  'client_address',
  'user_agent',
  'created_at',
  'last_used_at',
  'ends_at',
  'current',
  'end',
];

/** Describes the details that distinguish a session from other sessions of the same person. */
function describeSession(item: Item, timeZone: 'local' | 'utc'): string {
  const begun = formatMoment(new Date(String(item.created_at)), timeZone);
  const place = `${String(item.client_address)}, ${String(item.user_agent)}`;
  return `session of ${String(item.principal)}, begun ${begun} at ${place}`;
}

/** Renders the page. */
export function SessionsPage() {
  const { timeZone } = usePreferences();
  return (
    <Page
      title="Sessions"
      intro="Browsers that are signed in. Ending a session signs it out at once."
    >
      <ListView
        noun="session"
        operation="session.list"
        title="Sessions"
        columns={COLUMNS}
        filters={['method']}
        nameField="principal"
        empty={<p>No browser is signed in: you use a key or a token.</p>}
        cells={{
          end: (item) => (
            <Actions
              noun="session"
              item={item}
              name={`session of ${String(item.principal)}`}
              about={describeSession(item, timeZone)}
              listPath="/sessions"
            />
          ),
        }}
      />
    </Page>
  );
}
