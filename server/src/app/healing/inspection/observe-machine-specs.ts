/**
 * The part of the health check that compares machines with the desired state of their VMs: sizes,
 * networks, and the firewall that nodes enforce for them.
 */
import type { Machine } from '@novacron/contract/agent/machine';
import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { SecurityGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { compareFirewall } from '../../resources/security-group/observed-firewall.ts';
import { requireSameGroups } from '../../resources/security-group/vm-firewall.ts';
import { desiredAs, desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { compareLimits } from '../../rows/io-limits.ts';
import {
  compareFurtherNetworks,
  compareNetwork,
  compareSizes,
  equalFields,
  FOREIGN_FIELDS,
  GUARDS,
  LIMIT_FIELDS,
  listForeign,
  NETWORK_FIELDS,
  observedMachineOf,
  pickFields,
  recordedMachine,
  SIZE_FIELDS,
  withoutObserved,
} from '../../rows/observed-machine.ts';
import { replan } from '../../rows/resource-problems.ts';
import { recordObservedChange } from './record-observed-change.ts';

/** The compared part of a spec: all VMs are checked regularly, so the rest is not even parsed. */
const ComparedSpec = VmSpec.pick({
  security_groups: true,
  firewall_rules: true,
  network_id: true,
  further_network_ids: true,
  cpu_cores: true,
  memory_gb: true,
  disk_gb: true,
  io_limits: true,
}).strip();

/**
 * The compared part of a VM's desired fields.
 * @throws damagedRow
 */
export function comparedSpecOf(row: VmRow) {
  return desiredAs(row, ComparedSpec);
}

/** A VM whose machine differs from what is recorded of it. */
export interface NewShape {
  readonly row: VmRow;
  /** undefined: the machine is as desired. */
  readonly seen: JsonObject | undefined;
  readonly groups: readonly SecurityGroupRow[];
}

/** Reads the security groups that VMs have. */
export async function readGroupsOf({ store }: CapabilityDeps, rows: readonly VmRow[]) {
  const { security_groups } = ComparedSpec.shape;
  const ids = rows.flatMap((row) => security_groups.parse(desiredOf(row).security_groups) ?? []);
  if (ids.length === 0) return [];
  return store.read({ from: 'security_groups', where: { id: { in: [...new Set<string>(ids)] } } });
}

/** Compares a machine with what is recorded of its VM. Pure. */
export function planShape(
  row: VmRow,
  machine: Machine,
  groups: readonly SecurityGroupRow[],
): NewShape | undefined {
  const spec = comparedSpecOf(row);
  const own = groups.filter(({ id }) => spec.security_groups?.some((each) => each === id));
  const found = {
    ...compareFirewall(spec, own, machine.spec.firewall),
    ...(isSettled(row, machine)
      ? {
          ...compareNetwork(spec, machine.spec.network),
          ...compareFurtherNetworks(spec, machine.spec.further_networks),
          ...compareSizes(spec, machine.spec),
          ...compareLimits(spec, machine.spec),
          ...listForeign(machine),
        }
      : {}),
  };
  // Made of parsed rules and numbers: JSON values only.
  const seen = Object.keys(found).length === 0 ? undefined : (found as JsonObject);
  const isKnown = equalJson(seen ?? null, observedMachineOf(row) ?? null);
  return isKnown ? undefined : { row, seen, groups: own };
}

/**
 * Reports whether a VM is settled: the desired size and place of a VM that is migrating or stuck
 * are unknown.
 */
function isSettled(row: VmRow, { status }: Machine): boolean {
  return (status === 'running' || status === 'stopped') && observedOf(row).status !== 'unknown';
}

/** The new record of the VM. */
export function observedAfter({ row, seen }: NewShape): string {
  return canonicalJson({
    ...withoutObserved(observedOf(row), SIZE_FIELDS),
    ...recordedMachine(seen ?? {}),
  });
}

/** Records it: from now on answers show it, and drift reports it. */
export function shapeChanges(deps: CapabilityDeps, shape: NewShape, node: string): ChangeSet {
  const { id, name, generation, observed_json } = shape.row;
  const update: Change = {
    kind: 'update',
    table: 'vms',
    id,
    set: { observed_json: observedAfter(shape) },
    expect: { generation, observed_json, busy_operation_id: null },
    otherwise: replan(`The VM ${name}`),
  };
  return [
    ...requireSameGroups(shape.groups),
    update,
    ...tell(deps, shape, { node, noun: 'firewall', fields: GUARDS }),
    ...tell(deps, shape, { node, noun: 'network', fields: NETWORK_FIELDS }),
    ...tell(deps, shape, { node, noun: 'size', fields: SIZE_FIELDS }),
    ...tell(deps, shape, { node, noun: 'io_limits', fields: LIMIT_FIELDS }),
    ...tell(deps, shape, { node, noun: 'devices', fields: FOREIGN_FIELDS }),
  ];
}

interface Aspect {
  readonly node: string;
  readonly noun: string;
  readonly fields: readonly string[];
}

/** Each aspect has its own entry and event, because they concern different people. */
function tell(deps: CapabilityDeps, { row, seen = {} }: NewShape, aspect: Aspect): ChangeSet {
  const { node, noun, fields } = aspect;
  const known = observedMachineOf(row) ?? {};
  if (equalFields(known, seen, fields)) return [];
  const isRestored = Object.keys(pickFields(seen, fields)).length === 0;
  const wanted = Object.fromEntries(fields.map((field) => [field, desiredOf(row)[field] ?? null]));
  return recordObservedChange(deps, {
    kind: `vm.${noun}_${isRestored ? 'restored' : 'changed'}`,
    resourceKind: 'vm',
    row,
    by: 'hypervisor',
    changes: changedFields(
      { ...wanted, ...pickFields(known, fields) },
      { ...wanted, ...pickFields(seen, fields) },
    ),
    news: isRestored ? 'good' : 'bad',
    data: { node },
  });
}
