/** Shows measured usage beside the allocated amounts. */

import type { Usage } from '@novacron/contract/fleet/usage';
import type { Rightsizing } from '@novacron/contract/kinds/vm/rightsizing';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { Measurement, VmMeasurement } from '../../placement/measured-usage.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import { configuredOf } from '../../rows/observed/grown-size.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { recommendSize, type SizedTarget } from './recommend-size.ts';

const MIB_PER_GB = 1_024;

/** The usage of a VM of the caller's tenant. */
export async function showVmUsage(
  deps: CapabilityDeps,
  id: string,
  context: CallContext,
): Promise<Result<Usage, Problem>> {
  const { tenantId } = context.principal;
  const found = await findResource(deps.store, 'vm', { tenantId, id });
  if (!found.ok) return found;
  const { cpu_cores, memory_gb } = desiredAs(found.value, VmSpec);
  const { node } = observedOf(found.value);
  const promised = { cpuCores: cpu_cores, memoryGb: memory_gb };
  const rightsizing = await sizeOfVm(deps, found.value, promised);
  const { name } = found.value;
  if (typeof node !== 'string') {
    return ok({ ...toUsage(name, null, promised, undefined), rightsizing });
  }
  const measured = deps.usage?.ofVm(node, id);
  const usage = toUsage(name, node, promised, measured);
  return ok({ ...usage, ...toRates(measured?.machine ?? {}), rightsizing });
}

function sizeOfVm(
  deps: CapabilityDeps,
  row: VmRow,
  allocated: SizedTarget['allocated'],
): Promise<Rightsizing> {
  return recommendSize(deps, vmTarget(row, allocated));
}

/** A VM as a target of right-sizing. */
export function vmTarget(row: VmRow, allocated: SizedTarget['allocated']): SizedTarget {
  const fields = VmSpec.parse(configuredOf(row));
  const configured = { cpuCores: fields.cpu_cores, memoryGb: fields.memory_gb };
  const scaled = { cpu: false, memory: false };
  return { name: row.name, vmIds: [row.id], configured, allocated, scaled };
}

/** The usage of a node, including the VMs of all tenants. */
export async function showNodeUsage(
  deps: CapabilityDeps,
  id: string,
): Promise<Result<Usage, Problem>> {
  const [row] = await deps.store.read({ from: 'nodes', where: { id } });
  if (row === undefined) return err(notFound('node', id));
  const { name, cpu_cores_used: cpuCores, memory_mib_used } = row;
  const promised = { cpuCores, memoryGb: memory_mib_used / MIB_PER_GB };
  const measured = deps.usage?.ofNode(name);
  const usage = toUsage(name, name, promised, measured);
  const history = (deps.usage?.historyOf(name) ?? []).map((reading) => ({
    at: toTimestamp(reading.atMs),
    cpu_cores: reading.cpuCores,
    memory_gb: reading.memoryMib / MIB_PER_GB,
  }));
  return ok({ ...usage, ...toRates(measured?.machine ?? {}), history });
}

/**
 * Returns the rates that are not measured everywhere; null if an agent or a guest does not report
 * them.
 */
function toRates(machine: Partial<VmMeasurement['machine']>) {
  const { memory_available_mib: availableMib } = machine;
  return {
    memory_available_gb: availableMib === undefined ? null : availableMib / MIB_PER_GB,
    disk_read_bytes_per_s: machine.disk_read_bytes_per_s ?? null,
    disk_write_bytes_per_s: machine.disk_write_bytes_per_s ?? null,
    network_receive_bytes_per_s: machine.network_receive_bytes_per_s ?? null,
    network_transmit_bytes_per_s: machine.network_transmit_bytes_per_s ?? null,
  };
}

function toUsage(
  name: string,
  node: string | null,
  promised: { readonly cpuCores: number; readonly memoryGb: number },
  measured: Measurement | undefined,
): Usage {
  return {
    name,
    node,
    cpu_cores: measured?.cpuCores ?? null,
    cpu_cores_allocated: promised.cpuCores,
    memory_gb: measured === undefined ? null : measured.memoryMib / MIB_PER_GB,
    memory_gb_allocated: promised.memoryGb,
    ...toRates({}),
    history: [],
    rightsizing: null,
    measured_at: measured === undefined ? null : toTimestamp(measured.measuredAtMs),
  };
}
