/** One policy: its rule in the editor, its versions, and what a change of it would do. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Actions } from '../resources/actions.tsx';
import { FieldList } from '../resources/field-list.tsx';
import { ListView } from '../resources/list-view.tsx';
import { PolicyForm } from './policy-form.tsx';
import { Versions } from './versions.tsx';

/** Renders the page of the policy in the address. */
export function PolicyPage() {
  const params = useParams({ strict: false });
  const id = String(params.id);
  const query = useQuery(queryOf('policy.get', { id }));
  const policy = query.data;
  return (
    <Page
      title={policy?.name ?? id}
      parent={{ to: '/policies', title: 'Policies' }}
      intro={
        policy === undefined ? undefined : (
          <>
            <StatusMark
              status={policy.enabled ? 'enabled' : 'disabled'}
              tone={policy.enabled ? 'ok' : 'none'}
            />{' '}
            {policy.enforcement_mode}, version {policy.version} <code>{id}</code>
          </>
        )
      }
      actions={
        policy === undefined ? null : (
          <Actions noun="policy" item={policy} name={policy.name} listPath="/policies" />
        )
      }
    >
      <QueryState query={query} what="the policy">
        {(found) => (
          <>
            <Panel title="Rule">
              <PolicyForm key={found.id} policy={found} />
            </Panel>
            <Versions id={found.id} />
            <ListView
              noun="policy_violation"
              operation="policy_violation.list"
              title="Violations"
              columns={['state', 'resource_kind', 'resource_name', 'mode', 'opened_at']}
              nameField="resource_name"
              fixed={{ policy_id: id }}
              empty={<p>Every existing resource complies with it.</p>}
            />
            <Panel title="Fields">
              <FieldList noun="policy" item={found} without={['rule']} />
            </Panel>
          </>
        )}
      </QueryState>
    </Page>
  );
}
