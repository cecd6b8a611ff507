/** Judges the health of VMs and groups by what the server knows of them. */
import type { GitopsVerifyResult } from '@novacron/contract/automation/gitops-step';
import type { Incident } from '@novacron/contract/healing/incident';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { VmGroup } from '@novacron/contract/kinds/vm-group/vm-group';

/** What the server knows. */
export interface HealthFacts {
  readonly vms: readonly Pick<Vm, 'name' | 'status' | 'power_state'>[];
  readonly groups: readonly Pick<VmGroup, 'name' | 'status' | 'size' | 'ready_size'>[];
  /** Incidents about them that are not resolved. */
  readonly incidents: readonly Pick<Incident, 'target' | 'target_kind' | 'summary'>[];
}

/** The worst of what was found. */
export type Health = GitopsVerifyResult['health'];

interface Finding {
  readonly health: Exclude<Health, 'healthy'>;
  readonly resource: string;
  readonly reason: string;
}

/** @returns the worst health of all, and every resource that is not healthy */
export function judgeHealth({ vms, groups, incidents }: HealthFacts): {
  readonly health: Health;
  readonly unhealthy: { readonly resource: string; readonly reason: string }[];
} {
  const found: Finding[] = [
    ...vms.flatMap(judgeVm),
    ...groups.flatMap(judgeGroup),
    ...incidents.map(({ target, target_kind: kind, summary }): Finding => {
      return { health: 'degraded', resource: `${kind}/${target}`, reason: `incident: ${summary}` };
    }),
  ];
  const isDegraded = found.some(({ health }) => health === 'degraded');
  const health = isDegraded ? 'degraded' : found.length > 0 ? 'progressing' : 'healthy';
  return { health, unhealthy: found.map(({ resource, reason }) => ({ resource, reason })) };
}

function judgeVm({ name, status, power_state: wanted }: HealthFacts['vms'][number]): Finding[] {
  if (status === wanted) return [];
  const health = status === 'creating' || status === 'deleting' ? 'progressing' : 'degraded';
  return [{ health, resource: `vm/${name}`, reason: `${status}, not ${wanted}` }];
}

function judgeGroup(group: HealthFacts['groups'][number]): Finding[] {
  const { name, status, size, ready_size: ready } = group;
  if (status === 'ready') return [];
  const health = status === 'changing' ? 'progressing' : 'degraded';
  const reason = `${status}: ${ready} of ${size} members are ready`;
  return [{ health, resource: `vm-group/${name}`, reason }];
}
