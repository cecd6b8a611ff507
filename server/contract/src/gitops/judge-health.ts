/** Judges the health of an application by what the server knows of its VMs and groups. */
import type { Incident } from '../healing/incident.ts';
import type { Vm } from '../kinds/vm/vm.ts';
import type { VmGroup } from '../kinds/vm-group/vm-group.ts';

/** What the server knows. */
export interface HealthFacts {
  readonly vms: readonly (Pick<Vm, 'name' | 'status' | 'power_state'> & {
    /** Whether an operation is changing it. */
    readonly isChanging?: boolean;
  })[];
  readonly groups: readonly Pick<VmGroup, 'name' | 'status' | 'size' | 'ready_size'>[];
  /** Incidents about them that are not resolved. */
  readonly incidents: readonly Pick<Incident, 'target' | 'target_kind' | 'summary'>[];
  /** Ids of those that no longer exist. */
  readonly gone?: readonly string[];
}

/** The worst of what was found. */
export type Health = 'healthy' | 'progressing' | 'degraded';

interface Finding {
  readonly health: Exclude<Health, 'healthy'>;
  readonly resource: string;
  readonly reason: string;
}

/** @returns the worst health of all, and every resource that is not healthy */
export function judgeHealth({ vms, groups, incidents, gone = [] }: HealthFacts): {
  readonly health: Health;
  readonly unhealthy: { readonly resource: string; readonly reason: string }[];
} {
  const found: Finding[] = [
    ...vms.flatMap(judgeVm),
    ...groups.flatMap(judgeGroup),
    ...gone.map((id): Finding => {
      return { health: 'degraded', resource: id, reason: 'does not exist any more' };
    }),
    ...incidents.map(({ target, target_kind: kind, summary }): Finding => {
      return { health: 'degraded', resource: `${kind}/${target}`, reason: `incident: ${summary}` };
    }),
  ];
  const isDegraded = found.some(({ health }) => health === 'degraded');
  const health = isDegraded ? 'degraded' : found.length > 0 ? 'progressing' : 'healthy';
  return { health, unhealthy: found.map(({ resource, reason }) => ({ resource, reason })) };
}

function judgeVm(vm: HealthFacts['vms'][number]): Finding[] {
  const { name, status, power_state: wanted, isChanging = false } = vm;
  if (status === wanted) return [];
  const changes = isChanging || status === 'creating' || status === 'deleting';
  const health = changes ? 'progressing' : 'degraded';
  return [{ health, resource: `vm/${name}`, reason: `${status}, not ${wanted}` }];
}

function judgeGroup(group: HealthFacts['groups'][number]): Finding[] {
  const { name, status, size, ready_size: ready } = group;
  if (status === 'ready') return [];
  const health = status === 'changing' ? 'progressing' : 'degraded';
  const reason = `${status}: ${ready} of ${size} members are ready`;
  return [{ health, resource: `vm-group/${name}`, reason }];
}
