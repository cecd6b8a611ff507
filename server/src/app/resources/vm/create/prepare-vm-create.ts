import type { MachineSpec } from '@novacron/contract/agent/agent';
import { NodeStatus } from '@novacron/contract/fleet/node';
import type { VmId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PlacementRequest } from '@novacron/engine/placement/model/placement';
import type { ChangeSet } from '../../../../ports/store.ts';
import type {
  ResourceRow,
  SecurityGroupRow,
  Tables,
  TemplateRow,
} from '../../../../ports/tables/tables.ts';
import { chargeBack, chargeOfVms, chargeTenant } from '../../../access/quota/tenant-quota.ts';
import type { PreparedWrite } from '../../../kernel/admission/prepared-write.ts';
import { forgetKey } from '../../../kernel/idempotency/idempotency.ts';
import { attachmentRule } from '../../../kernel/operations/volume-lock.ts';
import { newResourceRow, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { requireNameNotHeld } from '../../../kernel/resource-rows/plan-renaming.ts';
import { holdVmAgain } from '../../../kernel/resource-rows/reacquire-lock.ts';
import { nameContradiction } from '../../../placement/decide/explain-conflicting-rules.ts';
import type { Victim } from '../../../placement/decide/find-preemption.ts';
import {
  previewGone,
  readDecision,
  spendPreview,
} from '../../../placement/decide/place-as-previewed.ts';
import { placeOrPreempt } from '../../../placement/decide/place-or-preempt.ts';
import { wakeableOf } from '../../../placement/decide/place-or-wake.ts';
import {
  type BasisColumns,
  basisColumns,
  recordDecision,
} from '../../../placement/decisions/record-decision.ts';
import { toMeasuredNodes } from '../../../placement/facts/placement-node.ts';
import {
  type PlacementRules,
  readPlacementRules,
} from '../../../placement/facts/placement-rules.ts';
import { findNamedReservation } from '../../../placement/reservations/read-reservations.ts';
import {
  spendReservation,
  takeReservation,
} from '../../../placement/reservations/take-reservation.ts';
import { steerAsk } from '../../../placement/steering/apply-placement-policies.ts';
import { traitColumns } from '../../../rows/allocation-constraints.ts';
import { readNewSpec } from '../../../rows/inherit-fields.ts';
import { replan } from '../../../rows/replan.ts';
import { changedSince, listProblem } from '../../../rows/resource-problems.ts';
import { amountsOf, negate, takeFromNode } from '../../../rows/vm-amounts.ts';
import {
  checkSecrets,
  forgetSecrets,
  keepSecrets,
  mergeSecrets,
  NO_SECRETS,
  type VmSecrets,
} from '../../../rows/vm-secrets.ts';
import { type AddressPlan, addressFields } from '../../network/plan-address.ts';
import type { Prepare, WriteScope } from '../../scope.ts';
import { beginWithTemplate, endWithTemplate } from '../../template/vm-template.ts';
import { countAround } from '../firewall/reference-counts.ts';
import { createSteps } from '../machine/create-steps.ts';
import {
  checkVmCreate,
  hasTemplate,
  observeReferences,
  observeVmCreate,
} from './observe-vm-create.ts';
import { planNewMachine } from './plan-new-machine.ts';
import { planPreempting } from './plan-preempting.ts';

type Input = ParsedInputOf<'vm.create'>;

/** Plans a VM: where it goes, what it takes there, and the steps that make it. */
export const prepareVmCreate: Prepare<Input> = async (input, scope) => {
  const { tenantId } = scope.context.principal;
  const wanted = await readNewSpec(scope.deps.store, { tenantId, input });
  if (!wanted.ok) return err([wanted.error]);
  const spec = wanted.value;
  const found = await observeVmCreate(spec, scope);
  const reserved = await findNamedReservation(input, scope);
  if (!reserved.ok) return err([reserved.error]);
  const reservation = reserved.value;
  const problems = [
    ...checkVmCreate(spec, found, reservation),
    ...listProblem(checkSecrets(mergeSecrets(NO_SECRETS, input))),
  ];
  const ask = await steerAsk(scope.deps, tenantId, spec);
  const rules = await readPlacementRules({ tenantId, vmId: reservation?.id, ask, ...found }, scope);
  const { peers, view } = rules;
  const placed =
    reservation === undefined
      ? await placeOrPreempt(
          { ...ask, nodes: toMeasuredNodes(found.nodes, scope.deps.usage), peers, view },
          { kept: readDecision(found.preview), wakeable: wakeableOf(found.nodes) },
          scope,
        )
      : takeReservation({ spec, reservation, nodes: found.nodes, peers });
  if (!placed.ok) {
    const { store } = scope.deps;
    const named = await nameContradiction(store, { tenantId, ask, planned: [] }, placed.error);
    return err([...problems, named]);
  }
  const { plan: placement, notice, victims } = placed.value;
  if (notice !== undefined && spec.placement?.pin_preview === true) {
    return err([...problems, previewGone(spec.name, notice)]);
  }
  const node = found.nodes.find((row) => row.id === placement.nodeId);
  if (problems.length > 0 || node === undefined || !hasTemplate(found)) {
    return err(problems.length > 0 ? problems : [replan('The fleet')]);
  }
  const made = await planNewMachine({ input, spec, found }, scope);
  if (!made.ok) return err([made.error]);
  const { decision } = placement;
  const basis = await basisColumns({ ask, nodes: found.nodes, peers: rules.peers }, scope);
  const { groups, ownTemplate } = found;
  const release = [
    ...(reservation === undefined ? [] : spendReservation(reservation, scope)),
    ...spendPreview(found.preview),
  ];
  const placedAt = { node, rules, decision, basis, notice, groups, ownTemplate, release };
  const plan = { ...made.value, ...placedAt, victims };
  return ok(planChanges(input, plan, scope));
};

/** Where a VM goes, decided together with others. */
export interface DecidedPlace {
  /** What the VM shall be, its template's part included. */
  readonly spec: VmSpec;
  readonly node: Tables['nodes'];
  /** The fleet before the first of them. */
  readonly nodes: readonly Tables['nodes'][];
  readonly rules: PlacementRules;
  readonly ask: PlacementRequest;
  readonly decision: NonNullable<PreparedWrite['placement']>;
  /** Addresses that the others get in the same commit; ids of rows. */
  readonly addressesTaken: ReadonlySet<string>;
}

/** Plans a VM that is to go where it was decided for a whole batch. */
export async function prepareVmCreateAt(
  input: Input,
  { spec, addressesTaken, nodes, ask, ...place }: DecidedPlace,
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const found = await observeReferences(spec, scope);
  const problems = [
    ...checkVmCreate(spec, found),
    ...listProblem(checkSecrets(mergeSecrets(NO_SECRETS, input))),
  ];
  if (problems.length > 0 || !hasTemplate(found)) return err(problems);
  const made = await planNewMachine({ input, spec, found, taken: addressesTaken }, scope);
  if (!made.ok) return err([made.error]);
  const seen = { ask, nodes, peers: place.rules.peers };
  const basis = await basisColumns(seen, scope);
  const none = { notice: undefined, release: [], victims: [] };
  const { groups, ownTemplate } = found;
  const plan = { ...place, ...none, ...made.value, groups, ownTemplate, basis };
  return ok(planChanges(input, plan, scope));
}

interface Plan extends AddressPlan {
  readonly vmId: VmId;
  readonly spec: VmSpec;
  readonly secrets: VmSecrets;
  readonly node: Tables['nodes'];
  readonly machine: MachineSpec;
  readonly rules: PlacementRules;
  readonly decision: NonNullable<PreparedWrite['placement']>;
  readonly basis: BasisColumns;
  readonly notice: string | undefined;
  readonly groups: readonly SecurityGroupRow[];
  readonly ownTemplate: TemplateRow | undefined;
  /** The spot VMs that make room for it. */
  readonly victims: readonly Victim[];
  /** Lets go of the reservation whose place it takes, and of what a plan has shown. */
  readonly release: ChangeSet;
}

function planChanges(input: Input, plan: Plan, scope: WriteScope): PreparedWrite {
  const { deps, context } = scope;
  const { vmId, spec, node } = plan;
  const allocationId = deps.ids.next('alloc');
  // Parsed by VmSpec: JSON values only.
  const desired = spec as JsonObject;
  const connected = addressFields(spec.network_id, plan.address);
  const { ownTemplate } = plan;
  const from = ownTemplate === undefined ? {} : { template_version: ownTemplate.version };
  const observed = { node: node.name, status: 'creating', ...connected, ...from };
  const named = { id: vmId, name: spec.name };
  const row = newResourceRow(scope, { ...named, desired, observed, busy: 'yes' });
  const around = countAround({ before: null, after: spec, groups: plan.groups });
  const freeKey = forgetKey(input.idempotency_key, context.principal.tenantId);
  const preempting = planPreempting(plan, scope);
  return {
    resourceKind: 'vm',
    target: named,
    before: null,
    wanted: desired,
    announce: plan.rules.announce,
    placement: plan.decision,
    notices: plan.notice === undefined ? [] : [plan.notice],
    saga: {
      reserve: [
        ...plan.rules.guard(node),
        ...plan.release,
        requireNameNotHeld('vm', context.principal.tenantId, spec.name),
        {
          kind: 'insert',
          into: 'vms',
          row: { ...row, network_id: spec.network_id },
          otherwise: replan(`The name ${spec.name}`),
        },
        ...around.begin,
        ...beginWithTemplate(ownTemplate),
        ...chargeTenant(row.tenant_id, chargeOfVms(1, amountsOf(spec))),
        ...preempting.hold,
        ...reserve(allocationId, plan, scope),
        ...plan.reserve,
        ...keepSecrets(row, plan.secrets),
      ],
      steps: createSteps(vmId, { ...plan, preempts: preempting.steps }, row.tenant_id),
      finalize: [releaseVm(vmId, { ...observed, status: spec.power_state }), ...preempting.settle],
      rollback: [
        { kind: 'drop', from: 'vms', id: vmId },
        { kind: 'drop', from: 'rule_versions', id: attachmentRule(vmId) },
        { kind: 'drop', from: 'allocations', id: allocationId },
        takeFromNode(node.id, negate(amountsOf(spec)), -1, replan(`Node ${node.name}`)),
        ...around.takeBack,
        ...endWithTemplate(spec.template_id, ownTemplate?.version),
        ...plan.giveBack,
        ...forgetSecrets(vmId),
        ...chargeBack(row.tenant_id, chargeOfVms(1, amountsOf(spec))),
        ...preempting.giveBack,
        ...freeKey,
      ],
      release: [
        releaseVm(vmId, { ...observed, status: 'failed' }),
        ...preempting.letGo,
        ...freeKey,
      ],
      ...(plan.victims.length === 0 ? { reacquire: holdNewVmAgain(row) } : {}),
    },
  };
}

/** Nothing may have been plugged into it: taken back, it would leave that attached to nothing. */
function holdNewVmAgain(row: ResourceRow): ChangeSet {
  const { id, revision, generation, busy_operation_id, observed_json } = row;
  return [
    holdVmAgain(row, { busy_operation_id, observed_json }, { revision, generation }),
    {
      kind: 'require-none',
      of: 'volumes',
      where: { attached_to: id },
      otherwise: changedSince('vm', row.name),
    },
  ];
}

/** What a VM holds from the moment of its admission, and why it is where it is. */
function reserve(
  allocationId: string,
  { vmId, spec, node, decision, basis }: Plan,
  scope: WriteScope,
): ChangeSet {
  const amounts = amountsOf(spec);
  return [
    {
      kind: 'insert',
      into: 'rule_versions',
      row: { id: attachmentRule(vmId), version: 1 },
      otherwise: replan('The VM'),
    },
    takeFromNode(node.id, amounts, 1, replan(`Node ${node.name}`), NodeStatus.parse(node.status)),
    {
      kind: 'insert',
      into: 'allocations',
      row: {
        id: allocationId,
        vm_id: vmId,
        node_id: node.id,
        cpu_cores: amounts.cpuCores,
        memory_mib: amounts.memoryMib,
        disk_gb: amounts.diskGb,
        created_at_ms: scope.nowMs,
        ...traitColumns(scope.context.principal.tenantId, [spec]),
      },
      otherwise: replan('The allocation'),
    },
    recordDecision({ vmId, decision, basis }, scope),
  ];
}
