/** Reads the VMs of a trace from a file: NovaCron's own columns, or those of the openb traces. */
import { err, ok, type Result } from '@novacron/contract/result';
import type {
  DeviceRequest,
  PlacementConstraints,
} from '@novacron/engine/placement/place/model/placement';
import type { TraceRequest } from '@novacron/engine/placement/place/simulate/simulate-trace';
import { z } from 'zod';
import type { Failure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { amountCell, countCell, labelsCell, numberCell, textCell, textsCell } from './cells.ts';
import { faultsOf, type RowFault, readRows, rowsFailure } from './read-rows.ts';

const MIB_PER_GB = 1024;
const MILLI = 1000;

const Times = { arrives_at: numberCell.optional(), departs_at: numberCell.optional() };

interface Row {
  readonly ask: Omit<TraceRequest, 'name'>;
  readonly name: string;
  readonly count: number;
}

const OwnVm = z
  .strictObject({
    name: textCell,
    cpu_cores: amountCell,
    memory_gb: amountCell,
    disk_gb: amountCell.default(0),
    gpus: countCell.default(0),
    gpu_share: numberCell
      .refine((share) => share >= 1 / MILLI && share <= 1, 'must be from 0.001 to 1')
      .default(1),
    gpu_models: textsCell.optional(),
    labels: labelsCell.default({}),
    group: textCell.optional(),
    apart: z.enum(['node', 'rack', 'zone'], 'must be node, rack or zone').optional(),
    zones: textsCell.optional(),
    node_labels: labelsCell.optional(),
    count: countCell.default(1),
    ...Times,
  })
  .refine(({ apart, group }) => apart === undefined || group !== undefined, {
    path: ['apart'],
    message: 'requires group',
  })
  .refine(({ gpus, gpu_share: share }) => gpus <= 1 || share === 1, {
    path: ['gpu_share'],
    message: 'must be 1 if several gpus are requested: they are allocated whole',
  })
  .refine(departsAfterArrival, { path: ['departs_at'], message: 'is before arrives_at' })
  .transform(
    (row): Row => ({
      name: row.name,
      count: row.count,
      ask: {
        cpuCores: row.cpu_cores,
        memoryMib: row.memory_gb * MIB_PER_GB,
        diskGb: row.disk_gb,
        labels: row.labels,
        group: row.group,
        devices: devicesOf(row.gpus, Math.round(row.gpu_share * MILLI), row.gpu_models),
        constraints: constraintsOf(row),
        arrivesAt: row.arrives_at,
        departsAt: row.departs_at,
      },
    }),
  );

/** Columns of `openb_pod_list_*.csv` (Alibaba, 2023); the last three are not in all of them. */
const OpenbPod = z
  .looseObject({
    name: textCell,
    cpu_milli: amountCell,
    memory_mib: amountCell,
    num_gpu: countCell,
    gpu_milli: countCell,
    gpu_spec: textsCell.optional(),
    creation_time: numberCell.optional(),
    deletion_time: numberCell.optional(),
  })
  .refine(({ num_gpu: count, gpu_milli: milli }) => count !== 1 || (milli >= 1 && milli <= MILLI), {
    path: ['gpu_milli'],
    message: 'must be from 1 to 1000 if one GPU is requested',
  })
  .refine(
    (row) => departsAfterArrival({ arrives_at: row.creation_time, departs_at: row.deletion_time }),
    { path: ['deletion_time'], message: 'is before creation_time' },
  )
  .transform(
    (row): Row => ({
      name: row.name,
      count: 1,
      ask: {
        cpuCores: row.cpu_milli / MILLI,
        memoryMib: row.memory_mib,
        diskGb: 0,
        labels: {},
        devices: devicesOf(row.num_gpu, row.gpu_milli, row.gpu_spec),
        arrivesAt: row.creation_time,
        departsAt: row.deletion_time,
      },
    }),
  );

/** More than a simulation keeps in memory. */
const VMS_MAX = 1_000_000;

/**
 * Reads what a fleet is asked for.
 * Failures: wrong usage for a file that cannot be read; `validation-failed` with row and column.
 */
export async function readVms(
  io: Pick<CliIo, 'readText'>,
  path: string,
): Promise<Result<readonly TraceRequest[], Failure>> {
  const file = await readRows(io, path, 'vms');
  if (!file.ok) return file;
  const asks: TraceRequest[] = [];
  const names = new Set<string>();
  const faults: RowFault[] = [];
  for (const row of file.value.rows) {
    const { place, values } = row;
    const schema = Object.hasOwn(values, 'cpu_milli') ? OpenbPod : OwnVm;
    const parsed = schema.safeParse(values);
    if (!parsed.success) {
      faults.push(...faultsOf(row, parsed.error));
      continue;
    }
    const { ask, count, name } = parsed.data;
    if (asks.length + count > VMS_MAX) {
      const message = `makes more than ${VMS_MAX} VMs`;
      return err(rowsFailure(path, [{ place, column: 'count', message }]));
    }
    for (let at = 1; at <= count; at += 1) {
      const own = count === 1 ? name : `${name}-${at}`;
      if (names.has(own)) faults.push({ place, column: 'name', message: `is a duplicate: ${own}` });
      names.add(own);
      asks.push({ ...ask, name: own });
    }
  }
  return faults.length > 0 ? err(rowsFailure(path, faults)) : ok(asks);
}

function departsAfterArrival(row: {
  readonly arrives_at?: number | undefined;
  readonly departs_at?: number | undefined;
}): boolean {
  const { arrives_at: arrival, departs_at: departure } = row;
  return arrival === undefined || departure === undefined || departure >= arrival;
}

/** The GPUs that a VM asks for; several are taken whole. `milli` in thousandths of one. */
export function devicesOf(
  count: number,
  milli: number,
  models: readonly string[] | undefined,
): readonly DeviceRequest[] {
  if (count === 0) return [];
  return [
    {
      kind: 'gpu',
      count,
      milli: count > 1 ? MILLI : milli,
      ...(models === undefined ? {} : { models }),
    },
  ];
}

function constraintsOf(row: {
  readonly group?: string | undefined;
  readonly apart?: 'node' | 'rack' | 'zone' | undefined;
  readonly zones?: readonly string[] | undefined;
  readonly node_labels?: Readonly<Record<string, string>> | undefined;
}): PlacementConstraints {
  const { group, apart, zones, node_labels: nodeLabels } = row;
  return {
    zones,
    nodeLabels,
    ...(group === undefined || apart === undefined
      ? {}
      : {
          affinity: [
            { rule: 'apart', to: { kind: 'group', group }, level: apart, need: 'required' },
          ],
        }),
  };
}
