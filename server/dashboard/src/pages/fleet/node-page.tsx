/** One node: its load, its VMs, its facts, and what can be done with it. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Actions } from '../resources/actions.tsx';
import { FieldList } from '../resources/field-list.tsx';
import { ListView } from '../resources/list-view.tsx';
import { DrainDialog } from './drain-dialog.tsx';
import styles from './fleet.module.css';
import { loadPercent } from './node-load.ts';

type Node = OutputOf<'node.get'>;

const MEASURES = [
  ['cpu_cores', 'CPU', 'cores'],
  ['memory_gb', 'Memory', 'GB'],
  ['disk_gb', 'Disk', 'GB'],
] as const;

const SHOWN_ELSEWHERE = ['capacity', 'allocated', 'name', 'status'];

/** Renders the page of the node in the address. */
export function NodePage() {
  const params = useParams({ strict: false });
  const id = String(params.id);
  const query = useQuery(queryOf('node.get', { id }));
  const node = query.data;
  return (
    <Page
      title={node?.name ?? id}
      parent={{ to: '/fleet', title: 'Fleet' }}
      intro={
        node === undefined ? undefined : (
          <>
            <StatusMark status={node.status} /> {node.zone}, {node.rack} <code>{id}</code>
          </>
        )
      }
      actions={node === undefined ? null : <NodeActions node={node} />}
    >
      <QueryState query={query} what="the node">
        {(found) => (
          <>
            {found.suspected ? (
              <Notice tone="watch" title="No VM is placed here for now">
                <p>{found.suspected.reason}</p>
              </Notice>
            ) : null}
            <Panel title="Allocated">
              <dl className={styles.meters}>
                {MEASURES.map(([measure, label, unit]) => (
                  <div key={measure}>
                    <dt>{label}</dt>
                    <dd>
                      <Meter
                        label={`${label} allocated`}
                        percent={loadPercent(found, measure)}
                        words={`${found.allocated[measure]} of ${found.capacity[measure]} ${unit}`}
                      />
                    </dd>
                  </div>
                ))}
              </dl>
            </Panel>
            <ListView
              noun="vm"
              operation="vm.list"
              title="VMs of this node"
              columns={['name', 'status', 'cpu_cores', 'memory_gb', 'disk_gb', 'created_at']}
              fixed={{ node: [found.name] }}
              empty={<p>No VM is on this node.</p>}
            />
            <Panel title="Facts">
              <FieldList noun="node" item={found} without={SHOWN_ELSEWHERE} />
            </Panel>
          </>
        )}
      </QueryState>
    </Page>
  );
}

function NodeActions({ node }: { readonly node: Node }) {
  const [isDraining, setDraining] = useState(false);
  const refusal = useRefusals()('node.drain');
  const notReady = `It is ${node.status}; only a ready node is drained.`;
  const reason = refusal ?? (node.status === 'ready' ? undefined : notReady);
  return (
    <>
      <Button look="primary" onPress={() => setDraining(true)} disabledReason={reason}>
        Drain
      </Button>
      <Actions
        noun="node"
        item={node}
        name={node.name}
        listPath="/fleet"
        without={['node.drain']}
      />
      {isDraining ? <DrainDialog node={node} onClose={() => setDraining(false)} /> : null}
    </>
  );
}
