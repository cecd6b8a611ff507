/** The map of the fleet as a table: the same numbers for those who do not see colours. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { Link } from '@tanstack/react-router';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { type TableColumn, VirtualTable } from '../../ui/table/virtual-table.tsx';
import { loadPercent, type Measure } from './node-load.ts';

type Node = OutputOf<'node.list'>['items'][number];

const load = (measure: Measure, header: string): TableColumn<Node> => ({
  name: measure,
  header,
  width: 120,
  align: 'end',
  render: (node) => `${loadPercent(node, measure)} %`,
});

const COLUMNS: readonly TableColumn<Node>[] = [
  {
    name: 'name',
    header: 'Node',
    width: 180,
    render: ({ id, name }) => (
      <Link to="/fleet/$id" params={{ id }}>
        {name}
      </Link>
    ),
  },
  { name: 'zone', header: 'Zone', width: 130, render: ({ zone }) => zone },
  { name: 'rack', header: 'Rack', width: 130, render: ({ rack }) => rack },
  {
    name: 'status',
    header: 'Status',
    width: 140,
    render: ({ status }) => <StatusMark status={status} />,
  },
  { name: 'vms', header: 'VMs', width: 90, align: 'end', render: ({ vm_count: count }) => count },
  load('cpu_cores', 'CPU'),
  load('memory_gb', 'Memory'),
  load('disk_gb', 'Disk'),
];

/** Renders the table. */
export function LoadTable({ nodes }: { readonly nodes: readonly Node[] }) {
  return (
    <Panel title="Nodes" body="flush">
      <VirtualTable label="Nodes" columns={COLUMNS} rows={nodes} keyOf={({ id }) => id} />
    </Panel>
  );
}
