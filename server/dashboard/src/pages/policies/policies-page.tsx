/** All policies: what decides about writes, and how strictly. */
import { Link } from '@tanstack/react-router';
import { useIdentity } from '../../api/session.ts';
import button from '../../ui/button.module.css';
import { Page } from '../../ui/page.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { ListView } from '../resources/list-view.tsx';

const COLUMNS = ['name', 'type', 'enforcement_mode', 'enabled', 'version', 'updated_at'];
const FILTERS = ['type', 'enforcement_mode'];

/** Renders the page. */
export function PoliciesPage() {
  const mayCreate = useIdentity()?.operations?.includes('policy.create') ?? false;
  const link = mayCreate ? (
    <Link to="/policies/new" className={`${button.button} ${button.primary}`}>
      Write a policy
    </Link>
  ) : null;
  return (
    <Page
      title="Policies"
      intro="Rules in Rego that allow, warn about or refuse writes. Each text is a version."
      actions={link}
    >
      <ListView
        noun="policy"
        operation="policy.list"
        title="Policies"
        columns={COLUMNS}
        filters={FILTERS}
        cells={{
          enabled: ({ enabled }) => (
            <StatusMark status={enabled ? 'enabled' : 'disabled'} tone={enabled ? 'ok' : 'none'} />
          ),
        }}
        empty={
          <>
            <p>Without policies every write that a role allows is accepted.</p>
            {link}
          </>
        }
      />
    </Page>
  );
}
