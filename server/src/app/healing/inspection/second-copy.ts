/** VMs that run on two nodes: what is known about the second copy. */
import { formatDuration } from '@novacron/contract/formats/duration';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** A machine that was found running although its VM runs elsewhere. */
export interface SecondCopy {
  readonly vmId: string;
  readonly name: string;
  readonly tenantId: string;
  /** Node on which it was found. */
  readonly node: NodeRow;
  /** Nodes on which the VM has its place. */
  readonly places: readonly string[];
  readonly generation: number;
  /** Time at which the VM was started elsewhere; undefined if that is not known. Unit: ms. */
  readonly startedMs: number | undefined;
  readonly fate: 'removed' | 'left';
}

/** Plans the changes that report it to people; none for one that was already reported. */
export type ReportCopy = (copy: SecondCopy) => Promise<readonly Change[]>;

const BYTES_PER_MB = 1_000_000;

const MS_PER_SECOND = 1_000;

/** Describes how long it ran and what it wrote, as far as that is known: a clause each. */
export function describeCopy(
  { clock, usage }: Pick<CapabilityDeps, 'clock' | 'usage'>,
  { vmId, node, startedMs, fate }: SecondCopy,
): readonly string[] {
  const seconds = Math.round((clock.nowMs() - (startedMs ?? 0)) / MS_PER_SECOND);
  const time =
    startedMs === undefined
      ? 'since when is not known'
      : `for up to ${formatDuration(seconds * MS_PER_SECOND)}, since ${toTimestamp(startedMs)}`;
  const isShared = readFacts(node)?.storage?.sharing === 'shared';
  const disks = isShared
    ? 'both could write to the same disks, whose content may be damaged'
    : `the copy on ${node.name} had its own root disk`;
  const rate = usage?.ofVm(node.name, vmId)?.machine.disk_write_bytes_per_s;
  const written =
    rate === undefined
      ? `how much the copy on ${node.name} wrote is not known`
      : `the copy on ${node.name} last wrote ${(rate / BYTES_PER_MB).toFixed(1)} MB per second`;
  // How far its removal is, is looked up when the incident is shown.
  return [time, disks, written, ...(fate === 'left' ? ['it is left running'] : [])];
}
