/** The latest measurement of each shown node or VM beside what is allocated. */
import { Link } from '@tanstack/react-router';
import { pathOfResource } from '../../paths/kinds.ts';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import type { FollowedTarget, Target } from './usage-store.ts';

const PERCENT = 100;

interface LatestUsageProps {
  readonly noun: Target['noun'];
  readonly all: readonly FollowedTarget[];
}

/** Renders the panel. */
export function LatestUsage({ noun, all }: LatestUsageProps) {
  if (all.length === 0) {
    return (
      <Panel title="Latest measurements">
        <Empty title="Nothing is shown">
          <p>Choose nodes or VMs below.</p>
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Latest measurements" body="flush">
      <Table heads={['Name', 'CPU', 'Memory', 'Measured']} look="flush">
        {all.map(({ id, name, latest }) => (
          <tr key={id}>
            <th scope="row" dir="auto">
              <Link to={pathOfResource(noun, id) ?? '/'}>{name}</Link>
            </th>
            <td>
              <Used
                label={`CPU of ${name}`}
                used={latest.cpu_cores}
                allocated={latest.cpu_cores_allocated}
                unit="cores"
              />
            </td>
            <td>
              <Used
                label={`Memory of ${name}`}
                used={latest.memory_gb}
                allocated={latest.memory_gb_allocated}
                unit="GB"
              />
            </td>
            <td>
              {latest.measured_at === null ? (
                <StatusMark status="not lately" tone="watch" />
              ) : (
                <Moment at={latest.measured_at} />
              )}
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

interface UsedProps {
  readonly label: string;
  readonly used: number | null;
  readonly allocated: number;
  readonly unit: string;
}

function Used({ label, used, allocated, unit }: UsedProps) {
  if (used === null) return <>–</>;
  const text = used.toLocaleString('en', { maximumFractionDigits: 1 });
  const percent = allocated === 0 ? 0 : (used / allocated) * PERCENT;
  // Of what is allocated, not of what there is: a node without VMs has nothing allocated.
  const words =
    allocated === 0
      ? `${text} ${unit} used, none allocated`
      : `${text} ${unit} used of ${allocated} allocated`;
  return <Meter label={label} percent={percent} words={words} />;
}
