/** The part of the health check that compares firewalls: what nodes enforce with what VMs have. */
import type { Machine } from '@novacron/contract/agent';
import { canonicalJson, equalJson, type JsonObject } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/vm';
import type { Change, ChangeSet } from '../../ports/store.ts';
import type { SecurityGroupRow, VmRow } from '../../ports/tables.ts';
import { auditChange } from '../audit.ts';
import { changedFields } from '../changed-fields.ts';
import type { AppDeps } from '../deps.ts';
import { eventChange } from '../events.ts';
import { desiredOf, observedOf } from '../resources/answer-resource.ts';
import {
  compareFirewall,
  seenFirewallOf,
  withoutSeenFirewall,
} from '../resources/seen-firewall.ts';
import { requireSameGroups } from '../resources/vm-firewall.ts';
import { replan } from '../write.ts';
import { platformCaller } from './platform-caller.ts';

/** A VM whose node enforces something else than was known of it. */
export interface NewFirewall {
  readonly row: VmRow;
  /** undefined: what the VM shall have. */
  readonly seen: JsonObject | undefined;
  readonly groups: readonly SecurityGroupRow[];
}

/** Reads the security groups that VMs have. */
export async function readGroupsOf({ store }: AppDeps, rows: readonly VmRow[]) {
  const ids = rows.flatMap((row) => VmSpec.parse(desiredOf(row)).security_groups ?? []);
  if (ids.length === 0) return [];
  return store.read({ from: 'security_groups', where: { id: { in: [...new Set<string>(ids)] } } });
}

/** Finds the VMs whose firewall is not as it was known to be. Pure. */
export function planFirewalls(
  rows: readonly VmRow[],
  machines: readonly Machine[],
  groups: readonly SecurityGroupRow[],
): readonly NewFirewall[] {
  const specs = new Map<string, Machine['spec']>(machines.map(({ vm_id, spec }) => [vm_id, spec]));
  return rows.flatMap((row): NewFirewall[] => {
    const machine = specs.get(row.id);
    if (machine === undefined) return [];
    const spec = VmSpec.parse(desiredOf(row));
    const own = groups.filter(({ id }) => spec.security_groups?.some((each) => each === id));
    const found = compareFirewall(spec, own, machine.firewall);
    // Made of parsed rules: JSON values only.
    const seen = found === undefined ? undefined : (found as JsonObject);
    const isKnown = equalJson(seen ?? null, seenFirewallOf(row) ?? null);
    return isKnown ? [] : [{ row, seen, groups: own }];
  });
}

/** Writes it down: from now on answers show it, and drift reports it. */
export function firewallChanges(
  deps: AppDeps,
  { row, seen, groups }: NewFirewall,
  node: string,
): ChangeSet {
  const { id, name, tenant_id: tenantId, generation, observed_json } = row;
  const { security_groups = null, firewall_rules = null } = desiredOf(row);
  const wanted = { security_groups, firewall_rules };
  const observed = { ...withoutSeenFirewall(observedOf(row)), ...seen };
  const kind = seen === undefined ? 'vm.firewall_restored' : 'vm.firewall_changed';
  const update: Change = {
    kind: 'update',
    table: 'vms',
    id,
    set: { observed_json: canonicalJson(observed) },
    expect: { generation, observed_json, busy_operation_id: null },
    otherwise: replan(`The VM ${name}`),
  };
  return [
    ...requireSameGroups(groups),
    update,
    auditChange(deps, platformCaller(deps, tenantId, 'hypervisor'), {
      operation: kind,
      outcome: 'done',
      resourceKind: 'vm',
      target: { id, name },
      changes: changedFields(seenFirewallOf(row) ?? wanted, seen ?? wanted),
      atMs: deps.clock.nowMs(),
    }),
    eventChange(deps, {
      tenantId,
      type: kind,
      source: 'healing',
      target: id,
      priority: seen === undefined ? 'normal' : 'high',
      data: { name, node },
    }),
  ];
}
