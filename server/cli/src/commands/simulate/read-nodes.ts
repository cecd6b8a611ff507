/** Reads a fleet from a file: NovaCron's own columns, or those of the openb traces. */

import { NodeStatus } from '@novacron/contract/fleet/node';
import { makeId } from '@novacron/contract/ids';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PlacementNode } from '@novacron/engine/placement/place/model/placement';
import { z } from 'zod';
import type { Failure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { amountCell, countCell, labelsCell, textCell } from './cells.ts';
import { type FileRow, faultsOf, type RowFault, readRows, rowsFailure } from './read-rows.ts';

const OwnNode = z
  .strictObject({
    name: textCell,
    zone: textCell.default('zone-1'),
    rack: textCell.default('rack-1'),
    status: NodeStatus.default('ready'),
    cpu_cores: amountCell,
    memory_gb: amountCell,
    disk_gb: amountCell.default(0),
    gpus: countCell.default(0),
    gpu_model: textCell.default('any'),
    labels: labelsCell.optional(),
    count: countCell.default(1),
  })
  .transform(({ memory_gb: memoryGb, ...row }) => ({ ...row, memory_mib: memoryGb * MIB_PER_GB }));

const MIB_PER_GB = 1024;

/** Columns of `openb_node_list_*.csv` (Alibaba, 2023). */
const OpenbNode = z
  .looseObject({
    sn: textCell,
    cpu_milli: amountCell,
    memory_mib: amountCell,
    gpu: countCell,
    model: textCell.default('any'),
  })
  .transform(
    (row): z.output<typeof OwnNode> => ({
      name: row.sn,
      zone: 'zone-1',
      rack: 'rack-1',
      status: 'ready',
      count: 1,
      cpu_cores: row.cpu_milli / MILLI,
      memory_mib: row.memory_mib,
      disk_gb: 0,
      gpus: row.gpu,
      gpu_model: row.model,
    }),
  );

const MILLI = 1000;

/** More than any fleet has. */
const NODES_MAX = 100_000;

/**
 * Reads a fleet on which nothing is placed.
 * Failures: wrong usage for a file that cannot be read; `validation-failed` with row and column.
 */
export async function readNodes(
  io: Pick<CliIo, 'readText'>,
  path: string,
): Promise<Result<readonly PlacementNode[], Failure>> {
  const file = await readRows(io, path, 'nodes');
  if (!file.ok) return file;
  const nodes: PlacementNode[] = [];
  const names = new Set<string>();
  const faults: RowFault[] = [];
  for (const row of file.value.rows) {
    const schema = Object.hasOwn(row.values, 'cpu_milli') ? OpenbNode : OwnNode;
    const parsed = schema.safeParse(row.values);
    if (!parsed.success) {
      faults.push(...faultsOf(row, parsed.error));
      continue;
    }
    const { count, name } = parsed.data;
    const fault = faultOfNames(row, { count, known: nodes.length });
    if (fault !== undefined) return err(rowsFailure(path, [fault]));
    for (let at = 1; at <= count; at += 1) {
      const own = count === 1 ? name : `${name}-${at}`;
      if (names.has(own)) faults.push({ ...columnOf(row), message: `is a duplicate: ${own}` });
      names.add(own);
      nodes.push(toNode(parsed.data, own, nodes.length));
    }
  }
  return faults.length > 0 ? err(rowsFailure(path, faults)) : ok(nodes);
}

function columnOf(row: FileRow) {
  return { place: row.place, column: Object.hasOwn(row.values, 'sn') ? 'sn' : 'name' };
}

function faultOfNames(
  { place }: FileRow,
  { count, known }: { readonly count: number; readonly known: number },
): RowFault | undefined {
  if (known + count <= NODES_MAX) return undefined;
  return { place, column: 'count', message: `makes more than ${NODES_MAX} nodes` };
}

function toNode(row: z.output<typeof OwnNode>, name: string, number: number): PlacementNode {
  return {
    id: makeId('node', number, new Uint8Array(10)),
    name,
    zone: row.zone,
    rack: row.rack,
    status: row.status,
    capacity: { cpuCores: row.cpu_cores, memoryMib: row.memory_mib, diskGb: row.disk_gb },
    used: { cpuCores: 0, memoryMib: 0, diskGb: 0 },
    vmCount: 0,
    ...(row.labels === undefined ? {} : { labels: row.labels }),
    devices:
      row.gpus === 0
        ? []
        : [
            {
              kind: 'gpu',
              model: row.gpu_model,
              freeMilli: Array.from({ length: row.gpus }, () => MILLI),
            },
          ],
  };
}
