/** The fleet as a map: zones, racks in them, nodes in these, each with its load. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { call } from '../../api/client.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { Choice, Choices } from '../../ui/choice/choice.tsx';
import layout from '../../ui/layout.module.css';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Loading, ProblemNotice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { countOf } from '../../ui/words.ts';
import styles from './fleet.module.css';
import { LoadTable } from './load-table.tsx';
import { groupByPlace, loadPercent, type Measure, stepOf } from './node-load.ts';

type Node = OutputOf<'node.list'>['items'][number];

const PAGE_SIZE = 1_000;

/** Above this the map has racks only: a filter shows their nodes. */
const NODES_DRAWN_MAX = 3_000;

const MEASURES: readonly { readonly value: Measure; readonly words: string }[] = [
  { value: 'cpu_cores', words: 'CPU' },
  { value: 'memory_gb', words: 'Memory' },
  { value: 'disk_gb', words: 'Disk' },
];

const VIEWS = [
  { value: 'map', words: 'Map' },
  { value: 'table', words: 'Table' },
];

/** Renders the page. */
export function FleetPage() {
  const [state, change] = usePageState();
  const measure = MEASURES.find(({ value }) => value === state.by)?.value ?? 'memory_gb';
  const query = useNodes(state.zone);
  const nodes = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const zones = useMemo(() => groupByPlace(nodes), [nodes]);
  const isTable = state.view === 'table';
  return (
    <Page
      title="Fleet"
      intro="Nodes by zone and rack. Colour and number say how much is allocated."
    >
      <Choices>
        <Choice
          label="Load of"
          value={measure}
          options={MEASURES}
          onChange={(by) => change({ by })}
        />
        <Choice
          label="Show as"
          value={isTable ? 'table' : 'map'}
          options={VIEWS}
          onChange={(view) => change({ view: view === 'map' ? undefined : 'table' })}
        />
        <Scale />
      </Choices>
      {query.isPending ? <Loading what="the fleet" /> : null}
      {query.error === null ? null : (
        <ProblemNotice cause={query.error} retry={() => void query.refetch()} />
      )}
      {query.isSuccess && nodes.length === 0 ? (
        <Empty title="No nodes">
          <p>Start an agent: its node appears here when it has joined.</p>
        </Empty>
      ) : null}
      {isTable && nodes.length > 0 ? <LoadTable nodes={nodes} /> : null}
      {isTable
        ? null
        : zones.map(({ name, racks, count }) => (
            <Panel
              key={name}
              title={name}
              aside={
                <span className={layout.small}>
                  {countOf(racks.length, 'rack')}, {countOf(count, 'node')}
                </span>
              }
            >
              <div className={styles.racks}>
                {racks.map((rack) => (
                  <section
                    key={rack.name}
                    className={styles.rack}
                    aria-label={`${name} ${rack.name}`}
                  >
                    <h3>{rack.name}</h3>
                    {nodes.length > NODES_DRAWN_MAX ? (
                      <p>{countOf(rack.nodes.length, 'node')}</p>
                    ) : (
                      <ul className={styles.nodes}>
                        {rack.nodes.map((node) => (
                          <NodeCell key={node.id} node={node} measure={measure} />
                        ))}
                      </ul>
                    )}
                  </section>
                ))}
              </div>
            </Panel>
          ))}
    </Page>
  );
}

/** All nodes, page after page. */
function useNodes(zone: string | undefined) {
  const query = useInfiniteQuery({
    queryKey: ['node.list', { zone }, 'pages'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call(
        'node.list',
        Object.assign(
          { limit: PAGE_SIZE },
          zone === undefined ? {} : { zone: [zone] },
          pageParam === '' ? {} : { cursor: pageParam },
        ),
        signal,
      ),
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return query;
}

function NodeCell({ node, measure }: { readonly node: Node; readonly measure: Measure }) {
  const percent = loadPercent(node, measure);
  return (
    <li>
      <Link
        to="/fleet/$id"
        params={{ id: node.id }}
        className={`${styles.node} ${styles[`step${stepOf(percent)}`]}`}
      >
        <span className={styles.nodeName} dir="auto">
          {node.name}
        </span>
        <span className={styles.nodeLoad}>{percent} %</span>
        <span className={styles.nodeVms}>{countOf(node.vm_count, 'VM')}</span>
        {node.status === 'ready' ? null : (
          <span className={styles.nodeStatus}>
            <StatusMark status={node.status} />
          </span>
        )}
      </Link>
    </li>
  );
}

function Scale() {
  return (
    <span className={styles.scale}>
      <span className={layout.small}>0 %</span>
      {[0, 1, 2, 3, 4, 5].map((step) => (
        <span key={step} className={`${styles.sample} ${styles[`step${step}`]}`} />
      ))}
      <span className={layout.small}>100 %</span>
    </span>
  );
}
