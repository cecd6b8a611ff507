import type { MachineSpec } from '@novacron/contract/agent/machine';
import { NodeStatus } from '@novacron/contract/fleet/node';
import type { VmId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { NetworkInterface } from '@novacron/contract/kinds/vm/network-interface';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { PlacementPurpose } from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { previewGone } from '@novacron/engine/placement/place/decide/place-as-previewed';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { ReservationRow } from '../../../../ports/tables/reservation-row.ts';
import type {
  ResourceRow,
  SecurityGroupRow,
  Tables,
  TemplateRow,
} from '../../../../ports/tables/tables.ts';
import { chargeOfVms, planCharge } from '../../../access/quota/tenant-quota.ts';
import type { StoppableVms } from '../../../kernel/arbitration/choose-victims.ts';
import { deleteKey } from '../../../kernel/idempotency/idempotency.ts';
import { concatSagas, type Saga } from '../../../kernel/operations/saga.ts';
import { attachmentVersionId } from '../../../kernel/operations/volume-lock.ts';
import { newResourceRow, releaseVm } from '../../../kernel/resource-rows/new-row.ts';
import { requireNameNotHeld } from '../../../kernel/resource-rows/plan-renaming.ts';
import { reacquireLock } from '../../../kernel/resource-rows/reacquire-lock.ts';
import type { WriteFields } from '../../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import { explainConflictingRules } from '../../../placement/decide/explain-conflicting-rules.ts';
import { describeFailoverRisk } from '../../../placement/decide/find-failover-risk.ts';
import type { Victim } from '../../../placement/decide/find-preemption.ts';
import { describeRecreationRisk } from '../../../placement/decide/find-recreation-risk.ts';
import {
  describeUnknownGroups,
  findUnknownGroups,
  nameUnknownGroups,
} from '../../../placement/decide/find-unknown-groups.ts';
import { place } from '../../../placement/decide/place.ts';
import {
  type BasisColumns,
  decisionContextColumns,
  recordDecision,
} from '../../../placement/decisions/record-decision.ts';
import { toFleetFacts } from '../../../placement/facts/fleet-facts.ts';
import {
  type PlacementRules,
  readPlacementRules,
} from '../../../placement/facts/placement-rules.ts';
import { consumePreview, readDecision } from '../../../placement/previews/stored-preview.ts';
import { numberVm } from '../../../placement/prices/number-vms.ts';
import { findNamedReservation } from '../../../placement/reservations/read-reservations.ts';
import {
  consumeReservation,
  takeReservation,
} from '../../../placement/reservations/take-reservation.ts';
import { applyPoliciesToRequest } from '../../../placement/steering/apply-placement-policies.ts';
import { claimColumns } from '../../../rows/allocation-claims.ts';
import { traitColumns } from '../../../rows/allocation-constraints.ts';
import { readNewSpec } from '../../../rows/inherit-fields.ts';
import { NEW_RESTART_DEFAULT } from '../../../rows/observed/restart-policy.ts';
import { changedSince, replan, toProblemList } from '../../../rows/resource-problems.ts';
import { amountsOf, negate, takeFromNode } from '../../../rows/vm-amounts.ts';
import {
  checkSecrets,
  deleteSecrets,
  mergeSecrets,
  NO_SECRETS,
  storeSecrets,
  toGuest,
  type VmSecrets,
} from '../../../rows/vm-secrets.ts';
import { toFurtherNetworks } from '../../network/further-interfaces.ts';
import { addressFields, type VmAddress } from '../../network/plan-address.ts';
import { planInterfaces } from '../../network/plan-interfaces.ts';
import type { Check, WriteScope } from '../../scope.ts';
import { type GivenKeys, guestKeys, withGivenKeys } from '../../ssh-key/given-keys.ts';
import { useImage } from '../../template/use-image.ts';
import { countCreatedVm, templateParts, versionRow } from '../../template/vm-template.ts';
import { planReferenceCounts } from '../firewall/reference-counts.ts';
import { checkGuestOs } from '../machine/check-machine.ts';
import { checkWaitForNode } from '../machine/check-start.ts';
import { createSteps } from '../machine/create-steps.ts';
import { toMachineSpec } from '../machine/machine-spec.ts';
import {
  checkVmCreate,
  hasTemplate,
  observePlace,
  observeReferences,
  type VmReferences,
} from './observe-vm-create.ts';
import { planPreempting } from './plan-preempting.ts';

type Input = ParsedInputOf<'vm.create'>;

/** Checks a new VM, and plans where it goes, what it takes there and the steps that make it. */
export const prepareVmCreate: Check<Input> = async (input, scope) => {
  const { tenantId } = scope.context.principal;
  const wanted = await readNewSpec(scope.deps.store, { tenantId, input });
  if (!wanted.ok) return err([wanted.error]);
  const spec = wanted.value;
  const found = await observeReferences(spec, scope);
  const isNamed = input.reservation_id !== undefined;
  const reserved = isNamed ? await findNamedReservation(input, scope) : ok(undefined);
  if (!reserved.ok) return err([reserved.error]);
  const reservation = reserved.value;
  const problems = checkNewVm({ input, spec, found }, { ...scope, reservation });
  if (problems.length > 0) return err(problems);
  const vmId = scope.deps.ids.next('vm');
  const checked = { input, spec, found, vmId, reservation };
  return ok({
    ...createFields(vmId, spec),
    place: (avoidedNodes) => placeNewVm(checked, { ...scope, avoidedNodes }),
  });
};

/** Input of policies for a new VM. */
export function createFields(id: VmId, spec: VmSpec) {
  // Parsed by VmSpec: JSON values only.
  const wanted = spec as JsonObject;
  return { resourceKind: 'vm', target: { id, name: spec.name }, before: null, wanted } as const;
}

/** A new VM that nothing is wrong with, besides what the fleet says. */
interface CheckedVm {
  readonly input: Input;
  readonly spec: VmSpec;
  readonly found: VmReferences;
  readonly vmId: VmId;
  readonly reservation: ReservationRow | undefined;
}

async function placeNewVm(
  checked: CheckedVm,
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const { input, spec, reservation } = checked;
  const { tenantId } = scope.context.principal;
  const found = { ...checked.found, ...(await observePlace(spec, scope)) };
  const steered = await applyPoliciesToRequest(scope.deps, tenantId, spec);
  const plannedVms = reservation === undefined ? 0 : -1;
  const vm = { ask: steered, networks: spec };
  const ask = await numberVm(scope.deps, vm, { tenantId, plannedVms });
  const rules = await readPlacementRules({ tenantId, vmId: reservation?.id, ask, ...found }, scope);
  const fleet = toFleetFacts(found.nodes, scope.deps);
  const kept = readDecision(found.preview);
  const placed =
    reservation === undefined
      ? await place('create', { ask, fleet, rules, kept }, scope)
      : takeReservation({ spec, reservation, fleet, peers: rules.peers });
  if (!placed.ok) {
    const { store } = scope.deps;
    const asked = { tenantId, ask, planned: [] };
    const refused = nameUnknownGroups(placed.error, findUnknownGroups([ask], rules.peers));
    return err([await explainConflictingRules(store, asked, refused)]);
  }
  const { plan: placement, notice, victims, stoppable } = placed.value;
  if (notice !== undefined && spec.placement?.pin_preview === true) {
    return err([previewGone(spec.name, notice)]);
  }
  const node = found.nodes.find((row) => row.id === placement.nodeId);
  if (node === undefined) return err([replan('The fleet')]);
  const problems = checkWaitForNode(spec, node);
  if (problems.length > 0) return err(problems);
  const made = await planNewMachine(checked, scope);
  if (!made.ok) return err([made.error]);
  const { decision } = placement;
  const basis = await decisionContextColumns(
    { ...newVm(spec, ask), ask, nodes: found.nodes, rules, decision, node, purpose: 'create' },
    scope,
  );
  const { groups, ownTemplate } = found;
  const release = [
    ...(reservation === undefined ? [] : consumeReservation(reservation, scope)),
    ...consumePreview(found.preview, made.value.vmId),
  ];
  const doubts = [
    ...describeUnknownGroups(findUnknownGroups([ask], rules.peers)),
    ...listRisks({ ask, node: node.name, spec }, found.nodes, scope),
  ];
  const placedAt = { node, rules, decision, basis, notice, doubts, groups, ownTemplate, release };
  const plan = { ...made.value, ...placedAt, victims, stoppable };
  return ok(planChanges(input, plan, scope));
}

/** The problems of a new VM besides its placement. */
export function checkNewVm(
  { input, spec, found }: Pick<CheckedVm, 'input' | 'spec' | 'found'>,
  more: Parameters<typeof checkVmCreate>[2],
): readonly Problem[] {
  const problems = [
    ...checkVmCreate(spec, found, more),
    ...toProblemList(checkSecrets(mergeSecrets(NO_SECRETS, input))),
    ...checkGuestOs(spec, mergeSecrets(NO_SECRETS, input), more.unknown),
  ];
  // Its machine cannot be planned; the field that should name one is unknown.
  return problems.length > 0 || hasTemplate(found) ? problems : [replan('The template')];
}

/** Describes a new VM for the decision record. */
function newVm({ name }: VmSpec, { constraints }: PlacementRequest) {
  return { vm: 'new', vmName: name, ownNode: constraints.node } as const;
}

/** Risks of the place; Terraform has shown them with its plan. */
function listRisks(
  place: { readonly ask: PlacementRequest; readonly node: string; readonly spec: VmSpec },
  nodes: readonly Tables['nodes'][],
  { context }: WriteScope,
): readonly string[] {
  if (context.client === 'terraform') return [];
  const { healing } = place.spec;
  return [
    describeFailoverRisk([{ ...place, healing }], nodes),
    describeRecreationRisk([place], nodes),
  ].filter((risk) => risk !== undefined);
}

/** The place of a VM that was decided together with others. */
export interface DecidedPlace {
  readonly node: Tables['nodes'];
  /** The fleet before the first of them. */
  readonly nodes: readonly Tables['nodes'][];
  readonly rules: PlacementRules;
  readonly ask: PlacementRequest;
  readonly decision: NonNullable<PreparedWrite['placement']>;
  /** Purpose of the placement; defaults to a create. */
  readonly purpose?: PlacementPurpose | undefined;
  /** Addresses that the others get in the same commit; ids of rows. */
  readonly addressesTaken: ReadonlySet<string>;
}

/** Checks a VM of a batch, whose place is decided for the whole batch. */
export async function checkVmOfBatch(
  input: Input,
  spec: VmSpec,
  scope: WriteScope,
): Promise<Result<VmOfBatch, readonly Problem[]>> {
  const found = await observeReferences(spec, scope);
  const problems = checkNewVm({ input, spec, found }, scope);
  if (problems.length > 0) return err(problems);
  const vmId = scope.deps.ids.next('vm');
  const checked = { input, spec, found, vmId, reservation: undefined };
  return ok({
    ...createFields(vmId, spec),
    placeAt: (place) => planVmAt(checked, place, scope),
  });
}

/** A checked VM of a batch. */
export interface VmOfBatch extends WriteFields {
  readonly placeAt: (place: DecidedPlace) => Promise<Result<PreparedWrite, readonly Problem[]>>;
}

async function planVmAt(
  checked: CheckedVm,
  { addressesTaken, nodes, ask, ...place }: DecidedPlace,
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const { input, spec, found } = checked;
  const problems = checkWaitForNode(spec, place.node);
  if (problems.length > 0) return err(problems);
  const made = await planNewMachine({ ...checked, taken: addressesTaken }, scope);
  if (!made.ok) return err([made.error]);
  const { purpose = 'create', ...decided } = place;
  const basis = await decisionContextColumns(
    { ...newVm(spec, ask), ask, nodes, ...decided, purpose },
    scope,
  );
  const none = { notice: undefined, doubts: [], release: [], victims: [], stoppable: undefined };
  const { groups, ownTemplate } = found;
  const plan = { ...place, ...none, ...made.value, groups, ownTemplate, basis };
  return ok(planChanges(input, plan, scope));
}

/**
 * Plans the machine of a new VM: its addresses and what it is made from. Problems: those of
 * `planAddress`.
 */
export async function planNewMachine(
  {
    input,
    spec,
    found,
    vmId,
    taken = new Set(),
  }: Omit<CheckedVm, 'reservation'> & { readonly taken?: ReadonlySet<string> },
  scope: WriteScope,
) {
  useImage(spec.drivers_image, scope);
  const addressed = await planInterfaces({ ...found, id: vmId, spec, taken }, scope);
  if (!addressed.ok) return addressed;
  const { address, further, saga: addressing } = addressed.value;
  const secrets = mergeSecrets(NO_SECRETS, input);
  const { ownTemplate } = found;
  const own = ownTemplate === undefined ? undefined : versionRow(ownTemplate);
  const { userData, ...made } = templateParts(found.template, own);
  const { givenKeys } = found;
  const guest = toGuest(guestKeys(spec, givenKeys), secrets, userData);
  const connected = { address, further: toFurtherNetworks(further, found.furtherNetworks) };
  const machine = toMachineSpec({ ...found, ...made, ...connected, spec, guest });
  return ok({ vmId, spec, secrets, machine, address, further, addressing, givenKeys });
}

interface Plan {
  readonly vmId: VmId;
  readonly spec: VmSpec;
  readonly secrets: VmSecrets;
  readonly givenKeys: GivenKeys;
  readonly node: Tables['nodes'];
  readonly machine: MachineSpec;
  readonly address: VmAddress | undefined;
  /** Its interfaces besides the first one. */
  readonly further: readonly NetworkInterface[];
  /** Reserves its addresses. */
  readonly addressing: Partial<Saga>;
  readonly rules: PlacementRules;
  readonly decision: NonNullable<PreparedWrite['placement']>;
  readonly basis: BasisColumns;
  readonly notice: string | undefined;
  /** About rules that name what is not there, or that cannot hold. */
  readonly doubts: readonly string[];
  readonly groups: readonly SecurityGroupRow[];
  readonly ownTemplate: TemplateRow | undefined;
  /** The spot VMs that make room for it. */
  readonly victims: readonly Victim[];
  readonly stoppable: StoppableVms | undefined;
  /** Ends the reservation whose room it takes, and its preview. */
  readonly release: ChangeSet;
}

function planChanges(input: Input, plan: Plan, scope: WriteScope): PreparedWrite {
  const { principal } = scope.context;
  const { vmId, spec, node } = plan;
  const fields = createFields(vmId, spec);
  const { target: named, wanted: desired } = fields;
  const connected = addressFields(spec.network_id, plan.address, plan.further);
  const { ownTemplate } = plan;
  const from = ownTemplate === undefined ? {} : { template_version: ownTemplate.version };
  const machine = { node: node.name, status: 'creating', ...connected, ...from };
  const observed = withGivenKeys(machine, plan.givenKeys);
  const row = newResourceRow(scope, { ...named, desired, observed, busy: 'yes' });
  const freeKey = deleteKey(input.idempotency_key, principal.tenantId);
  const preempting = planPreempting(plan, scope);
  return {
    ...fields,
    prerequisites: plan.rules.prerequisites,
    placement: plan.decision,
    notices: [...(plan.notice === undefined ? [] : [plan.notice]), ...plan.doubts],
    saga: concatSagas(
      {
        reserve: [
          ...plan.rules.guard(node),
          ...plan.release,
          requireNameNotHeld('vm', principal.tenantId, spec.name),
          {
            kind: 'insert',
            into: 'vms',
            row: {
              ...row,
              network_id: spec.network_id,
              cpu_baseline: null,
              restart_default: NEW_RESTART_DEFAULT,
              health: null,
              guest_addresses_json: null,
            },
            otherwise: replan(`The name ${spec.name}`),
          },
        ],
        finalize: [releaseVm(vmId, { ...observed, status: spec.power_state })],
        rollback: [{ kind: 'drop', from: 'vms', id: vmId }, ...freeKey],
        release: [releaseVm(vmId, { ...observed, status: 'failed' }), ...freeKey],
        ...(plan.victims.length === 0 ? { reacquire: holdNewVmAgain(row) } : {}),
      },
      planReferenceCounts({ before: null, after: spec, groups: plan.groups }),
      countCreatedVm(ownTemplate),
      planCharge(row.tenant_id, chargeOfVms(1, amountsOf(spec))),
      preempting,
      planRoom(plan, scope),
      plan.addressing,
      { reserve: storeSecrets(row, plan.secrets), rollback: deleteSecrets(vmId) },
      { steps: createSteps(vmId, { ...plan, after: preempting.steps }, row.tenant_id) },
    ),
  };
}

/** No volume may be attached to it: rolled back, it would leave the volume attached to nothing. */
function holdNewVmAgain(row: ResourceRow): ChangeSet {
  const { id, revision, generation, busy_operation_id, observed_json } = row;
  return [
    reacquireLock('vm', row, { busy_operation_id, observed_json }, { revision, generation }),
    {
      kind: 'require-none',
      of: 'volumes',
      where: { attached_to: id },
      otherwise: changedSince('vm', row.name),
    },
  ];
}

/** Reserves the room of a VM from its admission on, and records the decision. */
function planRoom(
  { vmId, spec, node, decision, basis }: Plan,
  scope: WriteScope,
): Pick<Saga, 'reserve' | 'rollback'> {
  const amounts = amountsOf(spec);
  const allocationId = scope.deps.ids.next('alloc');
  return {
    reserve: [
      {
        kind: 'insert',
        into: 'rule_versions',
        row: { id: attachmentVersionId(vmId), version: 1 },
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
          ...claimColumns(spec),
        },
        otherwise: replan('The allocation'),
      },
      recordDecision({ vmId, decision, basis }, scope),
    ],
    rollback: [
      { kind: 'drop', from: 'rule_versions', id: attachmentVersionId(vmId) },
      { kind: 'drop', from: 'allocations', id: allocationId },
      takeFromNode(node.id, negate(amounts), -1, replan(`Node ${node.name}`)),
    ],
  };
}
