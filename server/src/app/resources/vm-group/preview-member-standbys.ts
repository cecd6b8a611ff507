/** Says in plans of VM groups which nodes would hold the standbys of their members. */

import { listNames } from '@novacron/contract/formats/list-names';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { asksForStandby } from '@novacron/contract/kinds/vm/vm-healing';
import { sizeAfter } from '@novacron/contract/kinds/vm-group/group-size';
import { memberName } from '@novacron/contract/kinds/vm-group/member-in-question';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { MemberPreview } from '@novacron/contract/placement/placement-preview';
import { explainStandbyGap } from '@novacron/engine/healing/recover/explain-standbys';
import { findNamedNode } from '@novacron/engine/placement/place/index/fleet-index';
import {
  countOnOverlay,
  type FleetOverlay,
  openOverlay,
  placeOnOverlay,
  reserveOnOverlay,
} from '@novacron/engine/placement/place/index/fleet-overlay';
import type {
  LicencePool,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { loadFleet } from '../../placement/previews/load-fleet.ts';
import {
  copyOverlay,
  openRun,
  runExclusive,
  runKeyOf,
} from '../../placement/previews/preview-run.ts';
import { applyPoliciesToRequests } from '../../placement/steering/apply-placement-policies.ts';
import { desiredAs, desiredOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { fieldsToReplace } from '../../rows/resource-problems.ts';
import type { ResourceDeps } from '../deps.ts';
import { findStandby } from '../vm/standby/preview-standby.ts';
import { planStandbyChange, type StandbyChange } from '../vm/standby/preview-standby-change.ts';
import type { RoomOnNode } from '../vm/standby/standby-room.ts';
import { planVmBatch } from '../vm-batch/plan-vm-batch.ts';
import { changedMemberFields, toMemberVm } from './plan-members.ts';
import { freeOrdinals } from './prepare-vm-group-change.ts';
import { readMemberSpecs } from './preview-members.ts';
import { readMembersOf } from './read-vm-groups.ts';

/** Members whose standbys a plan names; those of the others are chosen like theirs. */
const NAMED_MAX = 20;

/** A new group, whose members its run has placed. */
interface NewGroup {
  readonly spec: VmGroupSpec;
  /** The run that has placed them. */
  readonly session: string;
  readonly members: readonly MemberPreview[];
}

/**
 * Chooses the standbys of the members of a new group, one after another, as they are chosen once
 * these run. Nothing is reserved.
 * @returns notices; none where its members ask for no standby, or have no places yet
 */
export async function previewNewMemberStandbys(
  deps: ResourceDeps,
  context: CallContext,
  { spec, session, members }: NewGroup,
): Promise<readonly string[]> {
  if (!asksForStandby(spec.vm.healing) || members.length === 0) return [];
  const { tenantId } = context.principal;
  const specs = await readMemberSpecs(deps, context, spec);
  const asks = await applyPoliciesToRequests(deps, tenantId, specs);
  const fleet = await runExclusive(deps, runKeyOf(tenantId, session), async () => {
    const run = await openRun(deps, context, session);
    return { overlay: copyOverlay(run), licences: run.licences };
  });
  const homes = new Map(members.map(({ name, node }) => [name, node]));
  const placed = asks.flatMap((ask) => {
    const node = homes.get(ask.vm.name ?? '');
    return node === undefined ? [] : [{ ask, node }];
  });
  return describe(await planStandbys(placed.slice(0, NAMED_MAX), fleet, { deps, context }));
}

/** A group as it is stored, and as it is after an update. */
interface ChangedGroup {
  readonly row: VmGroupRow;
  readonly after: VmGroupSpec;
}

/**
 * Chooses the standbys that members get by an update of their group: those that it changes, and
 * those that it adds. Members that it replaces are named: theirs are chosen where they are placed
 * in their turn, which depends on what runs then.
 * @returns notices; none where every member keeps what it has
 */
export async function previewChangedMemberStandbys(
  deps: ResourceDeps,
  context: CallContext,
  { row, after }: ChangedGroup,
): Promise<readonly string[]> {
  if (!asksForStandby(after.vm.healing)) return [];
  const scope = { deps, context, nowMs: deps.clock.nowMs() };
  const { id } = row;
  const before = desiredAs(row, VmGroupSpec);
  const { forward } = changedMemberFields(
    { id, spec: before, givenKeys: {} },
    { id, spec: after, givenKeys: {} },
  );
  const members = await readMembersOf(deps.store, id);
  const size = sizeAfter(row, after);
  const changes: StandbyChange[] = [];
  const planned: RoomOnNode[] = [];
  const replaced: string[] = [];
  for (const vm of members.vms.slice(0, Math.min(size, NAMED_MAX))) {
    const desired = desiredOf(vm);
    const name = memberName(after.name, members.ordinalOf.get(vm.id) ?? 0);
    const wanted = { ...desired, ...forward, name };
    if (fieldsToReplace(VM_FIELDS, changedFields(desired, wanted)).length > 0) {
      replaced.push(name);
      continue;
    }
    const change = await planStandbyChange({ row: vm, wanted, planned }, scope);
    if (change === undefined) continue;
    changes.push(change);
    const { chosen, amounts } = change;
    if (chosen.kind === 'held') planned.push({ node: chosen.node, amounts });
  }
  const ordinals = freeOrdinals(members, size).slice(0, NAMED_MAX - changes.length);
  const added = await planAdded({ row, after, ordinals, planned }, { deps, context });
  return [...describe([...changes, ...added]), ...describeReplaced(replaced)];
}

function describeReplaced(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return [
    `The standbys of ${listNames(names, NAMED_MAX)} are chosen again once these members are ` +
      'replaced and run; until then, no room is reserved for them.',
  ];
}

type Scope = { readonly deps: ResourceDeps; readonly context: CallContext };

/** The standbys of members that an update adds, on the fleet with those that it changes. */
async function planAdded(
  {
    row: { id },
    after,
    ordinals,
    planned,
  }: ChangedGroup & {
    readonly ordinals: readonly number[];
    readonly planned: readonly RoomOnNode[];
  },
  { deps, context }: Scope,
): Promise<readonly StandbyChange[]> {
  if (ordinals.length === 0) return [];
  // The keys of guests do not matter to placement.
  const spec = { ...after, vm: { ...after.vm, ssh_key_ids: null } };
  const group = { id, spec, givenKeys: {} };
  const vms = ordinals.map((ordinal) => toMemberVm(group, memberName(spec.name, ordinal)));
  const batch = await planVmBatch(deps, context, { vms, purpose: 'scale' });
  if (!batch.ok) return [];
  const { asks, plan } = batch.value;
  const { index, licences } = await loadFleet(deps, context.principal.tenantId);
  const overlay = openOverlay(index);
  const placed = asks.flatMap((ask, at) => {
    const its = plan.plans[at];
    if (its === undefined) return [];
    placeOnOverlay(overlay, ask, its);
    return [{ ask, node: its.decision.target_node }];
  });
  for (const { node, amounts } of planned) {
    const found = findNamedNode(index, node);
    if (found !== undefined) reserveOnOverlay(overlay, amounts, found.id);
  }
  return planStandbys(placed, { overlay, licences }, { deps, context });
}

/** Chooses those of members that are on the overlay, each beside those of the ones before it. */
async function planStandbys(
  placed: readonly { readonly ask: PlacementRequest; readonly node: string }[],
  { overlay, licences }: { overlay: FleetOverlay; licences: readonly LicencePool[] },
  { deps, context }: Scope,
): Promise<readonly StandbyChange[]> {
  const scope = { deps, context, nowMs: deps.clock.nowMs() };
  const changes: StandbyChange[] = [];
  for (const { ask, node: home } of placed) {
    const own = findNamedNode(overlay.index, home);
    if (own === undefined) continue;
    const member = { request: ask, nodeId: own.id };
    countOnOverlay(overlay, member, -1);
    const chosen = await findStandby({ ask, node: home, overlay, licences }, scope);
    countOnOverlay(overlay, member, 1);
    const { cpuCores, memoryMib, diskGb } = ask.vm;
    const amounts = { cpuCores, memoryMib, diskGb };
    changes.push({ name: ask.vm.name ?? '', home, amounts, chosen });
    const found = chosen.kind === 'held' && findNamedNode(overlay.index, chosen.node);
    if (found) reserveOnOverlay(overlay, amounts, found.id);
  }
  return changes;
}

/** One notice of all that have a node, and one for each reason why others have none. */
function describe(changes: readonly StandbyChange[]): readonly string[] {
  const held = changes.flatMap(({ name, chosen }) =>
    chosen.kind === 'held' ? [`${name} on ${chosen.node}`] : [],
  );
  const missing = new Map<string, string[]>();
  for (const { name, home, chosen } of changes) {
    if (chosen.kind === 'held') continue;
    const reason = explainStandbyGap(chosen.reason, home);
    missing.set(reason, [...(missing.get(reason) ?? []), name]);
  }
  return [
    ...(held.length === 0
      ? []
      : [
          `Standbys of members would be: ${listNames(held, NAMED_MAX)}. ` +
            'Room is reserved there afterwards.',
        ]),
    ...[...missing].map(
      ([reason, names]) =>
        `No node could hold the standby of ${listNames(names, NAMED_MAX)} now: ${reason}.`,
    ),
  ];
}
