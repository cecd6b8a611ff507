/** Lists the refused nodes by the filter that refused them. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table/table.tsx';

type Detail = OutputOf<'placement_decision.get'>;

/** Renders the panel. */
export function Refused({ decision }: { readonly decision: Detail }) {
  const { refused, basis, filters } = decision;
  return (
    <Panel title="Why not there">
      {refused.length === 0 ? (
        <p>No node was refused: every node could hold the VM.</p>
      ) : (
        <Table heads={['Reason', 'Nodes', 'For example']}>
          {refused.map(({ filter, words, nodes, examples }) => (
            <tr key={filter}>
              <th scope="row" dir="auto">
                {words} <span className={layout.small}>({filter})</span>
              </th>
              <td>{nodes.toLocaleString('en')}</td>
              <td>
                <ul>
                  {examples.map(({ node, failed }) => (
                    <li key={node} dir="auto">
                      {node}: {failed.map(({ why }) => why).join('; ')}
                    </li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <p className={layout.small}>
        {basis === 'recorded'
          ? `Judged in the fleet that the decision saw, by these filters: ${filters.join(', ')}.`
          : 'The fleet of that moment is not stored any more: the nodes were only counted.'}
      </p>
    </Panel>
  );
}
