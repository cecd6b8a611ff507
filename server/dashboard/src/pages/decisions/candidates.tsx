/** The nodes that could hold the VM, with the parts of their scores. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { countOf } from '../../ui/words.ts';

type Detail = OutputOf<'placement_decision.get'>;

/** Renders the panel. */
export function Candidates({ decision }: { readonly decision: Detail }) {
  const { candidates, fitting, weights, node: chosen } = decision;
  const scorers = [...new Set(candidates.flatMap(({ scores }) => Object.keys(scores)))];
  const heads = scorers.map((scorer) =>
    weights[scorer] === undefined ? scorer : `${scorer} × ${weights[scorer]}`,
  );
  const beyond = fitting === null ? 0 : fitting - candidates.length;
  if (candidates.length === 0) {
    return (
      <Panel title="Candidate nodes">
        <p>They are not recorded.</p>
      </Panel>
    );
  }
  return (
    <Panel
      title="Candidate nodes"
      body="flush"
      aside={
        beyond > 0 ? (
          <span className={layout.small}>And {countOf(beyond, 'node')} with lower scores</span>
        ) : null
      }
    >
      <Table heads={['Node', 'Score', ...heads]} look="flush">
        {candidates.map(({ node, score, scores }) => (
          <tr key={node}>
            <th scope="row" dir="auto">
              {node} {node === chosen ? <StatusMark status="chosen" tone="ok" /> : null}
            </th>
            <td>{score}</td>
            {scorers.map((scorer) => (
              <td key={scorer}>{scores[scorer] ?? '–'}</td>
            ))}
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
