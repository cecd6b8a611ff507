/** The placement of the members of a new group, as a preview of its create shows it. */

import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { memberName } from '@novacron/contract/kinds/vm-group/member-in-question';
import type { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { MemberPreview } from '@novacron/contract/placement/placement-preview';
import { ok } from '@novacron/contract/result';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { Change } from '../../../ports/store.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readPreviews, storeGroupPreview } from '../../placement/previews/store-preview.ts';
import {
  consumePreview,
  previewKeyOf,
  type readDecision,
  readShownDecision,
} from '../../placement/previews/stored-preview.ts';
import { toPlacementRequest } from '../../rows/placement-request.ts';
import type { ResourceDeps } from '../deps.ts';
import { planVmBatch, readSpecs } from '../vm-batch/plan-vm-batch.ts';
import { newOrdinals, toMemberVm } from './plan-members.ts';

/** The desired fields of the members of a new group; none where they are not complete. */
export async function readMemberSpecs(
  deps: ResourceDeps,
  context: CallContext,
  group: VmGroupSpec,
): Promise<readonly VmSpec[]> {
  return (await readNewMembers(deps, context, group))?.specs ?? [];
}

/** The members of a group that does not exist yet, and what placement reads of them. */
interface NewMembers {
  readonly vms: readonly ReturnType<typeof toMemberVm>[];
  readonly specs: readonly VmSpec[];
  readonly asked: readonly PlacementRequest[];
}

/**
 * Places the members of a new group after the VMs that its run has previewed, and stores that.
 * @returns nothing where they cannot be placed: the preview of the create says why
 */
export async function previewMembers(
  deps: ResourceDeps,
  context: CallContext,
  {
    spec,
    session,
    replaces,
  }: { readonly spec: VmGroupSpec; readonly session: string; readonly replaces: boolean },
): Promise<readonly MemberPreview[]> {
  const members = await readNewMembers(deps, context, spec);
  if (members === undefined) return [];
  const { vms, asked } = members;
  const placed = await storeGroupPreview(deps, context, {
    asked,
    session,
    replaces,
    placeAll: async (indexes, planned) => {
      const missing = vms.filter((_vm, at) => indexes.includes(at));
      const batch = await planVmBatch(deps, context, { vms: missing, planned });
      if (!batch.ok) return batch;
      const { asks, plan } = batch.value;
      return ok(
        plan.plans.flatMap((each, at) => {
          const ask = asks[at];
          return ask === undefined ? [] : [{ ask, plan: each }];
        }),
      );
    },
  });
  return placed.ok ? toShown(asked, placed.value) : [];
}

/**
 * Returns what an earlier preview has shown, for a create that has been answered already or is
 * refused.
 * @param readFrom - reads the decision of a stored preview
 */
export async function readShownMembers(
  deps: ResourceDeps,
  context: CallContext,
  spec: VmGroupSpec,
  readFrom: typeof readDecision = readShownDecision,
): Promise<readonly MemberPreview[]> {
  const members = await readNewMembers(deps, context, spec);
  if (members === undefined) return [];
  const { asked } = members;
  const keys = asked.map((each) => previewKeyOf(context, each));
  const rows = await readPreviews(deps, keys);
  return toShown(
    asked,
    keys.flatMap((key) => readFrom(rows.get(key)) ?? []),
  );
}

/** Ends the previews of the members that a create makes: a later group is placed again. */
export async function consumeMemberPreviews(
  deps: ResourceDeps,
  context: CallContext,
  group: { readonly id: string; readonly spec: VmGroupSpec },
): Promise<readonly Change[]> {
  const members = await readNewMembers(deps, context, group.spec);
  if (members === undefined) return [];
  const rows = await readPreviews(
    deps,
    members.asked.map((each) => previewKeyOf(context, each)),
  );
  return [...rows.values()].flatMap((row) => consumePreview(row, group.id));
}

async function readNewMembers(
  deps: ResourceDeps,
  { principal: { tenantId } }: CallContext,
  spec: VmGroupSpec,
): Promise<NewMembers | undefined> {
  // Members select each other by the id of their group, which it does not have yet. Their keys do
  // not matter to placement.
  const vm = { ...spec.vm, ssh_key_ids: null };
  const group = { id: `new-${spec.name}`, spec: { ...spec, vm }, givenKeys: {} };
  const vms = newOrdinals(spec).map((ordinal) => toMemberVm(group, memberName(spec.name, ordinal)));
  const specs = await readSpecs(deps, { tenantId, vms });
  if (!specs.ok) return undefined;
  return { vms, specs: specs.value, asked: specs.value.map(toPlacementRequest) };
}

/** Nothing is shown of a group of which a part is not known. */
function toShown(
  asked: readonly PlacementRequest[],
  decisions: readonly PlacementDecision[],
): readonly MemberPreview[] {
  if (decisions.length !== asked.length) return [];
  return asked.map(({ vm }, at) => ({ name: vm.name, node: decisions[at]?.target_node ?? '' }));
}
