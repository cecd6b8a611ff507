/** The feature flags of a tenant: what each is for, its state, and how it is changed. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { queryOf } from '../../api/queries.ts';
import { useIdentity } from '../../api/session.ts';
import { commandOf } from '../../export/command-line.ts';
import { FEATURES } from '../../gen/features.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice, Choices } from '../../ui/choice/choice.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';

type Tenant = OutputOf<'tenant.list'>['items'][number];

/** Tenants to choose from. */
const TENANTS_MAX = 1_000;

const INTRO =
  'What can be turned off for a tenant. Requests that need a feature that is off are refused.';

/** Renders the page: of the caller's tenant, or of the one in the address. */
export function FeaturesPage() {
  const [state, change] = usePageState();
  const own = useIdentity()?.tenant;
  const query = useQuery(queryOf('tenant.list', { limit: TENANTS_MAX, sort: 'name' }));
  return (
    <Page title="Features" intro={INTRO}>
      <QueryState query={query} what="features">
        {({ items }) => {
          const shown = items.find(({ name }) => name === (state.tenant ?? own)) ?? items[0];
          return (
            <>
              {items.length < 2 || shown === undefined ? null : (
                <Choices>
                  <Choice
                    label="Tenant"
                    value={shown.name}
                    options={items.map(({ name }) => ({ value: name, words: name }))}
                    onChange={(name) => change({ tenant: name === own ? undefined : name })}
                  />
                </Choices>
              )}
              {shown === undefined ? null : <Flags key={shown.id} tenant={shown} />}
            </>
          );
        }}
      </QueryState>
    </Page>
  );
}

function Flags({ tenant }: { readonly tenant: Tenant }) {
  const client = useQueryClient();
  const [cause, setCause] = useState<unknown>();
  const [changed, setChanged] = useState<{ readonly name: string; readonly isOn: boolean }>();
  const mayChange = useIdentity()?.operations.includes('tenant.update') ?? false;
  const set = async (name: string, isOn: boolean): Promise<void> => {
    setCause(undefined);
    try {
      await call('tenant.update', {
        id: tenant.id,
        if_revision: tenant.revision,
        features: { [name]: isOn },
      });
      setChanged({ name, isOn });
      announce(`${name} is ${isOn ? 'on' : 'off'}`);
      await client.invalidateQueries({ queryKey: ['tenant.list'] });
    } catch (found) {
      setCause(found);
    }
  };
  const states = new Map(Object.entries(tenant.features));
  return (
    <Panel title={`Features of ${tenant.name}`} body="flush">
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <Table heads={['Feature', 'What it is for', 'State', 'Change']} look="flush">
        {Object.entries(FEATURES).map(([name, description]) => {
          const isOn = states.get(name) === true;
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{description}</td>
              <td>
                <StatusMark status={isOn ? 'on' : 'off'} tone={isOn ? 'ok' : 'none'} />
              </td>
              <td>
                <Button
                  label={`Turn ${isOn ? 'off' : 'on'} ${name}`}
                  onPress={() => void set(name, !isOn)}
                  disabledReason={
                    mayChange ? undefined : 'Only admins of the first tenant change features.'
                  }
                >
                  Turn {isOn ? 'off' : 'on'}
                </Button>
              </td>
            </tr>
          );
        })}
      </Table>
      {changed === undefined ? null : (
        <Equivalents
          command={commandOf('tenant', 'tenant.update', {
            id: tenant.name,
            features: { [changed.name]: changed.isOn ? 'on' : 'off' },
          })}
        />
      )}
    </Panel>
  );
}
