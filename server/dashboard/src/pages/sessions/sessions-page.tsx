/** Browsers that are signed in: one's own, and for administrators those of the tenant. */
import { Page } from '../../ui/page.tsx';
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

/** Renders the page. */
export function SessionsPage() {
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
              name={`of ${String(item.principal)}`}
              listPath="/sessions"
            />
          ),
        }}
      />
    </Page>
  );
}
