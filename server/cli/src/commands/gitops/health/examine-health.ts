/** Asks the server for the health of resources. */
import { SYNC_RESOURCES_MAX } from '@novacron/contract/gitops/application';
import { type HealthFacts, judgeHealth } from '@novacron/contract/gitops/judge-health';
import { type Incident, IncidentDetail } from '@novacron/contract/healing/incident';
import { Vm } from '@novacron/contract/kinds/vm/vm';
import { VmGroup } from '@novacron/contract/kinds/vm-group/vm-group';
import { ok, type Result } from '@novacron/contract/result';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import type { Failure } from '../../../failures/failure.ts';
import type { Refusal } from '../step/refusal.ts';
import type { StepContext } from '../step/step-context.ts';
import { withServer } from '../step/with-server.ts';

/** A resource whose health is known. */
export interface Examined {
  readonly noun: 'vm' | 'vm_group';
  readonly id: string;
  readonly name: string;
}

/** Health of VMs and groups, and the ids of those that the server watches. */
export interface Examination extends ReturnType<typeof judgeHealth> {
  readonly ids: readonly string[];
}

/** Examines VMs and groups. @param isOurs - whether one belongs to the application */
export function examineHealth(
  context: StepContext,
  isOurs: (resource: Examined) => boolean,
): Promise<Result<Examination, Refusal>> {
  return withServer(context, async (session) => {
    const facts = await readFacts(session, isOurs);
    if (!facts.ok) return facts;
    const { groups, vms } = facts.value;
    const ids = [...groups, ...vms].map(({ id }) => id).slice(0, SYNC_RESOURCES_MAX);
    return ok({ ...judgeHealth(facts.value), ids });
  });
}

/** What is known, with ids. */
interface Facts extends HealthFacts {
  readonly vms: readonly Vm[];
  readonly groups: readonly VmGroup[];
}

async function readFacts(
  session: Session,
  isOurs: (resource: Examined) => boolean,
): Promise<Result<Facts, Failure>> {
  const listed = await listAll(session, { operation: 'vm.list', input: {} });
  if (!listed.ok) return listed;
  const groupsListed = await listAll(session, { operation: 'vm_group.list', input: {} });
  if (!groupsListed.ok) return groupsListed;
  const vms = listed.value
    .map((item) => Vm.parse(item))
    .filter(({ id, name }) => isOurs({ noun: 'vm', id, name }));
  const groups = groupsListed.value
    .map((item) => VmGroup.parse(item))
    .filter(({ id, name }) => isOurs({ noun: 'vm_group', id, name }));
  const vmIds = new Set<string>(
    vms.map(({ id }) => id).concat(groups.flatMap((each) => each.member_ids)),
  );
  const incidents = await readIncidents(session, vmIds);
  return incidents.ok ? ok({ vms, groups, incidents: incidents.value }) : incidents;
}

/** Incidents that are not over, and that have one of these VMs down. */
async function readIncidents(
  session: Session,
  vmIds: ReadonlySet<string>,
): Promise<Result<readonly Incident[], Failure>> {
  const input = { state: ['open', 'acknowledged'] };
  const listed = await listAll(session, { operation: 'incident.list', input });
  if (!listed.ok) return listed;
  const found: Incident[] = [];
  for (const { id } of listed.value) {
    const shown = await callOperation(session, 'incident.get', { id });
    if (!shown.ok) return shown;
    const incident = IncidentDetail.parse(shown.value);
    const isOurs = incident.members.some(
      (member) => member.up_at === null && vmIds.has(member.vm_id),
    );
    if (isOurs) found.push(incident);
  }
  return ok(found);
}
