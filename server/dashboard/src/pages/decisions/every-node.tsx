/** Explains the decision for every node: a search by name, and nodes page by page. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { pagesOf, queryOf } from '../../api/queries.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { QueryState } from '../../ui/states.tsx';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';

type Judged = OutputOf<'placement_decision.get'>['judged'][number];

/** Nodes of a page; the server judges 20 in one answer at most. */
const NODES_MAX = 10;

const TONES: Readonly<Record<Judged['outcome'], Tone>> = {
  chosen: 'ok',
  candidate: 'info',
  refused: 'bad',
  absent: 'none',
  unknown: 'none',
};

/** Renders the panel. */
export function EveryNode({ id, basis }: { readonly id: string; readonly basis: string }) {
  const [{ nodes: search = '' }, change] = usePageState();
  const filter = { sort: 'name', limit: NODES_MAX, fields: ['name'], ...(search && { search }) };
  const field = useId();
  const query = useInfiniteQuery(pagesOf('node.list', filter, true));
  const pages = query.data?.pages.map(({ items }) => items.map(({ name }) => String(name))) ?? [];
  const isNone = pages.every((names) => names.length === 0);
  return (
    <Panel title="Any node">
      <div className={layout.stack}>
        <div className={layout.labelled}>
          <label htmlFor={field}>Search nodes by name</label>
          <SearchField id={field} value={search} onChange={(nodes) => change({ nodes })} />
        </div>
        <QueryState query={query} what="nodes">
          {() => (
            <>
              <Table heads={['Node', 'Outcome', 'Score', 'Why']}>
                {/* A node that has left the fleet may have been there. */}
                {(isNone && search !== '' ? [[search]] : pages).map((names) => (
                  <Rows key={names.join()} id={id} names={names} />
                ))}
              </Table>
              {query.hasNextPage ? (
                <Button onPress={() => void query.fetchNextPage()}>Show more nodes</Button>
              ) : null}
            </>
          )}
        </QueryState>
        {basis === 'recorded' ? null : (
          <p className={layout.small}>
            The fleet of that moment is not stored any more: only the nodes above are known.
          </p>
        )}
      </div>
    </Panel>
  );
}

/** The rows of one page of nodes. */
function Rows({ id, names }: { readonly id: string; readonly names: readonly string[] }) {
  const { data } = useQuery({
    ...queryOf('placement_decision.get', { id, node: [...names] }),
    enabled: names.length > 0,
    placeholderData: keepPreviousData,
  });
  return data?.judged.map((judged) => (
    <tr key={judged.node}>
      <th scope="row" dir="auto">
        {judged.node}
      </th>
      <td>
        <StatusMark status={judged.outcome} tone={TONES[judged.outcome]} />
      </td>
      <td>{judged.score ?? '–'}</td>
      <td dir="auto">{whyOf(judged)}</td>
    </tr>
  ));
}

function whyOf({ outcome, failed, scores }: Judged): string {
  switch (outcome) {
    case 'refused':
      return `It ${failed.map(({ why }) => why).join('; ')}.`;
    case 'absent':
      return 'The fleet had no node of this name then.';
    case 'unknown':
      return 'Not recorded.';
    default: {
      const parts = Object.entries(scores).map(([name, score]) => `${name} ${score}`);
      const lead = outcome === 'chosen' ? 'The VM was placed here' : 'It could hold the VM';
      return parts.length === 0 ? `${lead}.` : `${lead}: ${parts.join(', ')}.`;
    }
  }
}
