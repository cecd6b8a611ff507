/** How much of the fleet is allocated. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import { Meter } from '../../ui/meter.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, QueryState } from '../../ui/states.tsx';
import styles from './overview.module.css';

/** As many nodes as one answer has; the sums are of these. */
const NODES_MAX = 1_000;
const PERCENT = 100;

const RESOURCES = [
  ['cpu_cores', 'CPU', 'cores'],
  ['memory_gb', 'Memory', 'GB'],
  ['disk_gb', 'Disk', 'GB'],
] as const;

/** Renders the panel. */
export function Utilisation() {
  const query = useQuery(
    queryOf('node.list', { limit: NODES_MAX, fields: ['status', 'capacity', 'allocated'] }),
  );
  return (
    <Panel title="Allocated on ready nodes" aside={<Link to="/fleet">Fleet</Link>}>
      <QueryState query={query} what="the fleet">
        {({ items }) => {
          const nodes = items.filter(({ status }) => status === 'ready');
          if (nodes.length === 0) {
            return (
              <Empty title="No node is ready">
                <p>Start an agent, or end the maintenance of a node.</p>
              </Empty>
            );
          }
          return (
            <dl className={styles.meters}>
              {RESOURCES.map(([field, label, unit]) => {
                const total = sum(nodes.map(({ capacity }) => capacity[field]));
                const used = sum(nodes.map(({ allocated }) => allocated[field]));
                const percent = total === 0 ? 0 : (used / total) * PERCENT;
                const share = `${Math.round(percent)} %`;
                const words = `${format(used)} of ${format(total)} ${unit} (${share})`;
                return (
                  <div key={field}>
                    <dt>{label}</dt>
                    <dd>
                      <Meter label={`${label} allocated`} percent={percent} words={words} />
                    </dd>
                  </div>
                );
              })}
            </dl>
          );
        }}
      </QueryState>
    </Panel>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}
