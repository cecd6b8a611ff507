/** The versions of a state of Terraform: who wrote which, and what each of them changed. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Item, queryOf } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, QueryState } from '../../ui/states.tsx';
import { Table } from '../../ui/table/table.tsx';
import { Value } from '../../ui/value.tsx';

/** Renders the panel. */
export function StateVersions({ item }: { readonly item: Item }) {
  const id = String(item.id);
  const query = useQuery(queryOf('terraform_state.versions', { id }));
  const [compared, setCompared] = useState<number>();
  return (
    <Panel title="Versions">
      <QueryState query={query} what="versions">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No versions yet">
              <p>The state was locked, and never written.</p>
            </Empty>
          ) : (
            <Table heads={['Version', 'Serial', 'Resources', 'By', 'When', 'Actions']}>
              {items.map(
                ({ version, serial, resources, created_by: by, created_at: at }, index) => (
                  <tr key={version}>
                    <th scope="row">{version}</th>
                    <td>{serial}</td>
                    <td>{resources}</td>
                    <td dir="auto">{by}</td>
                    <td>
                      <Moment at={at} look="full" />
                    </td>
                    <td>
                      <Button
                        onPress={() => setCompared(version)}
                        disabledReason={
                          index === items.length - 1 ? 'No version before it is stored.' : undefined
                        }
                        label={`Differences of version ${version}`}
                      >
                        Differences
                      </Button>
                    </td>
                  </tr>
                ),
              )}
            </Table>
          )
        }
      </QueryState>
      {compared === undefined ? null : (
        <Dialog
          title={`Version ${compared - 1} and version ${compared}`}
          size="large"
          onClose={() => setCompared(undefined)}
        >
          <Differences id={id} version={compared} />
        </Dialog>
      )}
    </Panel>
  );
}

/** What a version changed: names only, since values may be secret. */
function Differences({ id, version }: { readonly id: string; readonly version: number }) {
  const query = useQuery(queryOf('terraform_state.diff', { id, to: version }));
  return (
    <QueryState query={query} what="differences">
      {({ changes }) =>
        changes.length === 0 ? (
          <p>No resource differs.</p>
        ) : (
          <Table heads={['Resource', 'Change', 'Attributes']}>
            {changes.map(({ address, change, attributes }) => (
              <tr key={address}>
                <th scope="row">
                  <code>{address}</code>
                </th>
                <td>{change}</td>
                <td>
                  <Value field="attributes" value={attributes} />
                </td>
              </tr>
            ))}
          </Table>
        )
      }
    </QueryState>
  );
}
