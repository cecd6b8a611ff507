/** Panel of the fleet's allocation. */
import { Link } from '@tanstack/react-router';
import { Meter } from '../../ui/meter.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty } from '../../ui/states.tsx';
import styles from './overview.module.css';
import type { Summary } from './summary.ts';

const PERCENT = 100;

const RESOURCES = [
  ['cpu_cores', 'CPU', 'cores'],
  ['memory_gb', 'Memory', 'GB'],
  ['disk_gb', 'Disk', 'GB'],
] as const;

/** Renders the panel; nothing where the caller may not see it. */
export function Utilisation({ summary: { capacity } }: { readonly summary: Summary }) {
  if (capacity === null) return null;
  return (
    <Panel title="Allocated on ready nodes" aside={<Link to="/fleet">Fleet</Link>}>
      {capacity.cpu_cores.total === 0 ? (
        <Empty title="No node is ready">
          <p>Start an agent, or end the maintenance of a node.</p>
        </Empty>
      ) : (
        <dl className={styles.meters}>
          {RESOURCES.map(([field, label, unit]) => {
            const { total, used } = capacity[field];
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
      )}
    </Panel>
  );
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}
