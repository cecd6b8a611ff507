/**
 * Finds what VMs without a group have in common that are down, and how many of their tenant have
 * it besides: a cause that few share explains more.
 */
import type { DownVm, Shared } from '@novacron/engine/healing/incidents/model/incident';
import { groupBy } from '@novacron/runtime/group-by';
import type { IncidentMemberRow } from '../../../ports/tables/incident-rows.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { poolsOfDisks } from '../../resources/vm/reach/find-reaching-nodes.ts';
import { desiredOf, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { isConfiguring } from './read-recent-changes.ts';

/** Time before a failure within which a change may have caused it. Unit: ms. */
const CHANGED_MS = 3_600_000;

/** Changes of one tenant that are looked at, the latest first. */
const CHANGES_MAX = 5_000;

/** Actors that follow a failure, or report it. */
const CONSEQUENCES: ReadonlySet<string | null> = new Set(['healer', 'guest', 'hypervisor']);

/** Rows of an observation. */
interface Observed {
  readonly down: readonly DownVm[];
  readonly nodes: readonly NodeRow[];
  /** The VMs of open incidents that are down. */
  readonly members: readonly IncidentMemberRow[];
}

/** Something that one VM has in common with others. */
type Trait = Pick<Shared, 'kind' | 'id'> & { readonly name?: string };

/** Completes VMs that have failed by themselves; the others stay as they are. */
export async function findShared(
  deps: CapabilityDeps,
  { down, nodes, members }: Observed,
): Promise<readonly DownVm[]> {
  const nowMs = deps.clock.nowMs();
  const sinceMs = new Map<string, number>();
  for (const { vm_id: id, down_at_ms: atMs } of members) {
    sinceMs.set(id, Math.min(atMs, sinceMs.get(id) ?? atMs));
  }
  const alone = down.filter(isAlone);
  const shares = new Map<string, readonly Shared[]>();
  for (const tenantId of new Set(alone.map((vm) => vm.tenantId))) {
    const own = alone.filter((vm) => vm.tenantId === tenantId);
    // A VM that fails alone shares nothing with others that fail.
    if (own.length < 2) continue;
    const found = await readShares(deps, { tenantId, own, nodes, nowMs });
    for (const [id, each] of found) shares.set(id, each);
  }
  return down.map((vm) =>
    isAlone(vm)
      ? { ...vm, sinceMs: sinceMs.get(vm.id) ?? nowMs, shares: shares.get(vm.id) ?? [] }
      : vm,
  );
}

function isAlone({ fault, group }: DownVm): boolean {
  return group === null && (fault === 'crash_loop' || fault === 'unhealthy');
}

interface Tenant extends Pick<Observed, 'nodes'> {
  readonly tenantId: string;
  /** Its VMs that have failed. */
  readonly own: readonly DownVm[];
  readonly nowMs: number;
}

/** Reads the properties that each failed VM shares with other VMs, by its id. */
async function readShares(
  { store }: CapabilityDeps,
  { tenantId, own, nodes, nowMs }: Tenant,
): Promise<ReadonlyMap<string, readonly Shared[]>> {
  const vms = await store.read({ from: 'vms', where: { tenant_id: tenantId }, damaged: 'blank' });
  const volumes = await store.read({
    from: 'volumes',
    where: { tenant_id: tenantId, attached_to: { not: null } },
    damaged: 'blank',
  });
  const changed = await readChanged({ store }, { tenantId, nowMs });
  const byName = new Map<unknown, NodeRow>(nodes.map((node) => [node.name, node]));
  const byVm = groupBy(volumes, ({ attached_to }) => attached_to);
  const traits = new Map(
    mapReadable(vms, (row): readonly [string, readonly Trait[]] => [
      row.id,
      [...traitsOf(row, { byName, byVm }), ...(changed.get(row.id) ?? [])],
    ]),
  );
  const counts = new Map<string, number>();
  for (const each of [...traits.values()].flat()) {
    counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  }
  const failing = own.flatMap(({ id }) => traits.get(id) ?? []);
  const names = await readNames({ store }, failing);
  return new Map(
    own.map(({ id }) => [
      id,
      (traits.get(id) ?? []).map(
        (trait): Shared => ({
          kind: trait.kind,
          id: trait.id,
          name: trait.name ?? names.get(trait.id) ?? trait.id,
          vmCount: counts.get(keyOf(trait)) ?? 0,
        }),
      ),
    ]),
  );
}

function keyOf({ kind, id }: Trait): string {
  return `${kind} ${id}`;
}

/** The node of a VM, the storage that its disks share with others, and what it is made of. */
function traitsOf(
  row: VmRow,
  {
    byName,
    byVm,
  }: {
    readonly byName: ReadonlyMap<unknown, NodeRow>;
    /** The volumes that are attached, by their VM. */
    readonly byVm: ReadonlyMap<string | null, readonly VolumeRow[]>;
  },
): readonly Trait[] {
  const node = byName.get(observedOf(row).node);
  const attached = byVm.get(row.id) ?? [];
  const pools = node === undefined ? undefined : poolsOfDisks(attached, node);
  const { template_id, security_groups, network_id } = desiredOf(row);
  const groups: readonly unknown[] = Array.isArray(security_groups) ? security_groups : [];
  const trait = (kind: Shared['kind'], id: unknown): readonly Trait[] =>
    typeof id === 'string' ? [{ kind, id }] : [];
  return [
    ...(node === undefined ? [] : [{ kind: 'node' as const, id: node.id, name: node.name }]),
    ...(pools ?? []).flatMap((id) => trait('storage', id)),
    ...trait('template', template_id),
    ...groups.flatMap((id) => trait('security_group', id)),
    ...trait('network', network_id),
  ];
}

/** The latest changes of VMs, by the id of the VM: the same actor, operation and fields are one. */
async function readChanged(
  { store }: Pick<CapabilityDeps, 'store'>,
  { tenantId, nowMs }: Pick<Tenant, 'tenantId' | 'nowMs'>,
): Promise<ReadonlyMap<string, readonly Trait[]>> {
  const entries = await store.read({
    from: 'audit',
    where: {
      tenant_id: tenantId,
      resource_kind: 'vm',
      outcome: 'done',
      at_ms: { from: nowMs - CHANGED_MS, until: nowMs + 1 },
    },
    orderBy: { column: 'id', direction: 'desc' },
    limit: CHANGES_MAX,
    damaged: 'blank',
  });
  const changed = new Map<string, readonly Trait[]>();
  for (const { operation, principal, principal_kind, resource_id: id, changes_json } of entries) {
    // VMs that are made together have what they are made of in common.
    if (!isConfiguring(operation) || operation === 'vm.create') continue;
    if (CONSEQUENCES.has(principal_kind)) continue;
    const fields = Object.keys(parseStored<object>(changes_json) ?? {}).sort();
    if (fields.length === 0 && principal_kind !== 'policy') continue;
    const what = fields.length === 0 ? operation : `${operation}: ${fields.join(', ')}`;
    const trait: Trait = {
      kind: 'change',
      id: `${principal} ${what}`,
      name: `${principal} (${what})`,
    };
    const found = changed.get(id) ?? [];
    if (found.some((each) => each.id === trait.id)) continue;
    changed.set(id, [...found, trait]);
  }
  return changed;
}

/** The names of what VMs are made of, by id. */
async function readNames(
  { store }: Pick<CapabilityDeps, 'store'>,
  traits: readonly Trait[],
): Promise<ReadonlyMap<string, string>> {
  const idsOf = (wanted: Shared['kind']) => [
    ...new Set(traits.flatMap(({ kind, id }) => (kind === wanted ? [id] : []))),
  ];
  const read = (
    from: 'templates' | 'tenant_templates' | 'security_groups' | 'networks',
    kind: Shared['kind'],
  ) => store.read({ from, where: { id: { in: idsOf(kind) } }, damaged: 'blank' });
  const rows = [
    ...(await read('templates', 'template')),
    ...(await read('tenant_templates', 'template')),
    ...(await read('security_groups', 'security_group')),
    ...(await read('networks', 'network')),
  ];
  return new Map<string, string>(rows.map(({ id, name }) => [id, name]));
}
