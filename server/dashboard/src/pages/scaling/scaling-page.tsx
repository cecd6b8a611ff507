/** The groups that are scaled: size, range, the size that would be decided, and what keeps it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import layout from '../../ui/layout.module.css';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, QueryState } from '../../ui/states.tsx';
import { Table } from '../../ui/table/table.tsx';
import { countOf } from '../../ui/words.ts';
import { ListView } from '../resources/list-view.tsx';
import { EVENT_COLUMNS, REFRESH_MS } from './read-scaling.ts';
import { limitWords } from './utilisation-figures.ts';

/** Renders the page. */
export function ScalingPage() {
  const options = queryOf('scaling.status', {});
  const query = useQuery(Object.assign(options, { refetchInterval: REFRESH_MS }));
  return (
    <Page
      title="Scaling"
      intro="VM groups whose size follows rules, schedules and forecasts, and what was changed."
    >
      <Panel title="Groups">
        <QueryState query={query} what="the groups">
          {(status) =>
            status.groups.length === 0 ? (
              <Empty title="No group is scaled">
                <p>
                  Give a group the field scaling: <Link to="/groups">VM groups</Link>.
                </p>
              </Empty>
            ) : (
              <>
                <Table heads={['Group', 'Mode', 'Size', 'Range', 'Next size', 'Kept by']}>
                  {status.groups.map(({ group_id: id, ...each }) => (
                    <tr key={id}>
                      <th scope="row">
                        <Link to="/scaling/$id" params={{ id }}>
                          {each.group}
                        </Link>
                      </th>
                      <td>{each.mode}</td>
                      <td>{each.size}</td>
                      <td>
                        {each.min_size} to {each.max_size}
                      </td>
                      <td>{each.next_size ?? 'not decided yet'}</td>
                      <td>
                        {limitWords(
                          each.limited_by,
                          status.holds.find((hold) => hold.group_id === id),
                        )}
                      </td>
                    </tr>
                  ))}
                </Table>
                <p className={layout.small}>
                  {countOf(status.total_scaling_actions, 'change')} of sizes in 30 days,{' '}
                  {status.successful_scaling_actions} of which succeeded.
                </p>
              </>
            )
          }
        </QueryState>
      </Panel>
      <ListView
        noun="scaling_event"
        operation="scaling_event.list"
        title="Size changes"
        columns={['at', 'group_id', ...EVENT_COLUMNS]}
        nameField="at"
        empty={<p>A change of the size of a VM group leaves an event here.</p>}
      />
    </Page>
  );
}
