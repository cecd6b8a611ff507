/** Health of GitOps applications: that of the VMs and groups that their last syncs reported. */
import { judgeHealth } from '@novacron/contract/gitops/judge-health';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { VmStatus } from '@novacron/contract/kinds/vm/vm-status';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import type { ResourceDeps } from '../deps.ts';
import { readUnobserved, shownStatus } from '../vm/read/shown-status.ts';
import { readGroupStates } from '../vm-group/read-vm-groups.ts';
import { type ApplicationHealth, syncStateOf } from './application-row.ts';

type Deps = Pick<ResourceDeps, 'store' | 'clock'>;

/** What nothing is known of before the first sync. */
const UNKNOWN_HEALTH: ApplicationHealth = { health: 'unknown', unhealthy: [] };

/** Everything that is known of VMs and groups, by their ids. */
interface Known {
  readonly vms: ReadonlyMap<string, Parameters<typeof judgeHealth>[0]['vms'][number]>;
  readonly groups: ReadonlyMap<
    string,
    Parameters<typeof judgeHealth>[0]['groups'][number] & { readonly memberIds: readonly string[] }
  >;
  /** Incidents by the VMs that they have down. */
  readonly incidents: ReadonlyMap<string, readonly Tables['incidents'][]>;
}

/** Reads the health of applications, by their ids. */
export async function readHealth(
  deps: Deps,
  rows: readonly GitopsApplicationRow[],
): Promise<ReadonlyMap<string, ApplicationHealth>> {
  const idsOf = (row: GitopsApplicationRow) => syncStateOf(row)?.resource_ids;
  const known = await readKnown(deps, [...new Set(rows.flatMap((row) => idsOf(row) ?? []))]);
  return new Map(
    rows.map((row) => {
      const ids = idsOf(row);
      return [row.id, ids === undefined ? UNKNOWN_HEALTH : judge(ids, known)];
    }),
  );
}

/** The health of an application with these VMs and groups. */
export async function readHealthOf(deps: Deps, ids: readonly string[]): Promise<ApplicationHealth> {
  return judge(ids, await readKnown(deps, ids));
}

function judge(ids: readonly string[], { vms, groups, incidents }: Known): ApplicationHealth {
  const own = ids.flatMap((id) => vms.get(id) ?? []);
  const ownGroups = ids.flatMap((id) => groups.get(id) ?? []);
  const affected = [...ids, ...ownGroups.flatMap(({ memberIds }) => memberIds)];
  const found = new Map(
    affected.flatMap((id) => incidents.get(id) ?? []).map((each) => [each.id, each]),
  );
  return judgeHealth({
    vms: own,
    groups: ownGroups,
    incidents: [...found.values()].map(({ target_kind, target_name: target, summary }) => ({
      target_kind,
      target,
      summary,
    })),
    gone: ids.filter((id) => !vms.has(id) && !groups.has(id)),
  });
}

async function readKnown(deps: Deps, ids: readonly string[]): Promise<Known> {
  const where = { id: { in: ids } };
  const { store } = deps;
  const vms = await store.read({ from: 'vms', where, damaged: 'blank' });
  const groups = await store.read({ from: 'vm_groups', where, damaged: 'blank' });
  const states = await readGroupStates(deps, groups);
  const unobserved = await readUnobserved(deps);
  const members = [...states.values()].flatMap((each) => each.members);
  return {
    vms: new Map(
      mapReadable(vms, (row) => {
        const status = VmStatus.parse(shownStatus(observedOf(row), unobserved));
        const { power_state } = desiredAs(row, VmSpec);
        const isChanging = row.busy_operation_id !== null;
        return [row.id, { name: row.name, status, power_state, isChanging }] as const;
      }),
    ),
    groups: new Map(
      groups.flatMap((row) => {
        const state = states.get(row.id);
        if (state === undefined) return [];
        const { status, readySize: ready_size } = state;
        const memberIds = state.members.map(({ id }) => id);
        return [[row.id, { name: row.name, status, size: row.size, ready_size, memberIds }]];
      }),
    ),
    incidents: await readIncidents(deps, [...vms, ...members]),
  };
}

async function readIncidents(
  { store }: Deps,
  vms: readonly Tables['vms'][],
): Promise<Known['incidents']> {
  const down = await store.read({
    from: 'incident_members',
    where: { vm_id: { in: vms.map(({ id }) => id) }, up_at_ms: null },
  });
  const rows = await store.read({
    from: 'incidents',
    where: {
      id: { in: down.map(({ incident_id: id }) => id) },
      state: { in: ['open', 'acknowledged'] },
    },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const incidents = new Map<string, Tables['incidents'][]>();
  for (const { vm_id, incident_id } of down) {
    const incident = byId.get(incident_id);
    if (incident !== undefined) {
      incidents.set(vm_id, [...(incidents.get(vm_id) ?? []), incident]);
    }
  }
  return incidents;
}
