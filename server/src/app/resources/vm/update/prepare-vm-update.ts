import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../../ports/store.ts';
import type { PendingRestartRow } from '../../../../ports/tables/pending-restart-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { concatSagas, reserveOnly, type Saga } from '../../../kernel/operations/saga.ts';
import { requireNoNewVolumeWork } from '../../../kernel/operations/volume-lock.ts';
import { findToChange } from '../../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  releaseVm,
  requireSame,
  revertedColumns,
} from '../../../kernel/resource-rows/new-row.ts';
import { planRenaming } from '../../../kernel/resource-rows/plan-renaming.ts';
import { reacquireLock } from '../../../kernel/resource-rows/reacquire-lock.ts';
import type { CheckedWrite } from '../../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import { desiredOf, observedOf } from '../../../rows/answer-resource.ts';
import type { FieldValues } from '../../../rows/changed-fields.ts';
import {
  configuredSizes,
  GROWN_FIELDS,
  grownOf,
  withGrowth,
  withMemberSize,
  withoutGrowth,
  withoutGrowthOf,
} from '../../../rows/observed/grown-size.ts';
import { withResetsAgain } from '../../../rows/observed/observed-health.ts';
import {
  isCorrectedByChange,
  type ObservedChange,
  observedMachineOf,
  pickFields,
  SENT_FIELDS,
  splitObserved,
  withoutHalt,
} from '../../../rows/observed-machine.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { toTimestamp } from '../../../rows/to-timestamp.ts';
import { storeSecrets } from '../../../rows/vm-secrets.ts';
import { furtherInterfacesOf } from '../../network/further-interfaces.ts';
import { type AddressPlan, addressFields, moveAddress } from '../../network/plan-address.ts';
import type { Check, WriteScope } from '../../scope.ts';
import { withGivenKeys } from '../../ssh-key/given-keys.ts';
import { useImage } from '../../template/use-image.ts';
import { planReferenceCounts } from '../firewall/reference-counts.ts';
import { restartForbidden } from '../machine/configure-steps.ts';
import { checkInPlaceUpdate, type InPlaceCheck } from './check-in-place-update.ts';
import { checkRoomOfChange, checkVmChange } from './check-vm-change.ts';
import { observeVmChange, type VmChange } from './observe-vm-change.ts';
import {
  dropPending,
  isSamePending,
  pendingBaseline,
  pendingValues,
  readPendingRestart,
  restorePending,
  storePending,
  withPending,
} from './pending-restart.ts';
import { planResize } from './plan-resize.ts';
import { restartWindowOf } from './restart-window.ts';
import {
  amountsAfter,
  changesOf,
  isReimage,
  isSwitchedOff,
  needsNoNode,
  restartsOf,
  statusAfter,
  stepsOfChange,
} from './vm-change-steps.ts';

type Input = ParsedInputOf<'vm.update'>;

/** Plans a change of a VM on its node. */
export const prepareVmUpdate: Check<Input> = (input, scope) => prepareUpdate(input, scope);

/**
 * Plans that healing gives a VM another size: what is configured stays, and the VM may be restarted
 * as often again as its `attempts` say. Its sizes are the only fields of the request, besides the
 * power state of a VM that has stopped.
 */
export const prepareVmGrowth: Check<Input> = (input, scope) =>
  prepareUpdate(input, scope, { by: 'healing' });

/** Plans that the scaling of a group gives a member another size: what is configured stays. */
export const prepareMemberSize: Check<Input> = (input, scope) =>
  prepareUpdate(input, scope, { by: 'scaling' });

/** Options of a change. */
interface UpdateOptions {
  /** Default: a request. */
  readonly by?: Kept['by'];
  /** Plans what has to end before the change; nothing where it is absent or has no result. */
  readonly planMove?: (
    found: VmChange,
    scope: WriteScope,
  ) => Promise<Result<Pick<PreparedWrite, 'first' | 'notices'> | undefined, readonly Problem[]>>;
}

/** Plans a change of a VM, of whomever. */
export async function prepareUpdate(
  input: Input,
  scope: WriteScope,
  { by = 'request', planMove }: UpdateOptions = {},
): Promise<Result<CheckedWrite, readonly Problem[]>> {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const waiting = await readPendingRestart(scope.deps.store, row.id);
  // What was asked earlier and still waits, and what is asked now.
  const whole = await observeChange(row, { ...pendingValues(waiting), ...input }, scope, by);
  if (!whole.ok) return whole;
  const { resourceKind, target, before, wanted } = baseOf(whole.value.found);
  const place = async () => {
    const move = await planMove?.(whole.value.found, scope);
    if (move?.ok === false) return move;
    if (move?.value !== undefined) return ok({ ...planNothing(whole.value.found), ...move.value });
    const placed = await placeChange(whole.value, scope);
    if (!placed.ok) return placed;
    const opensAt = deferredUntil(whole.value.found, input, scope);
    if (opensAt === undefined) return ok(await planNow(placed.value, waiting, scope));
    return planLater(placed.value, { waiting, ...opensAt }, scope);
  };
  return ok({ resourceKind, target, before: withPending(before, waiting), wanted, place });
}

/** A change with everything that it depends on; nothing is wrong with it but perhaps its place. */
interface Checked {
  readonly input: Input;
  readonly found: VmChange;
  readonly kept: Pick<Kept, 'seen' | 'by'>;
}

/** A change that its node has room for. */
interface Observed extends Checked {
  readonly kept: Kept;
}

async function placeChange(
  { input, found, kept }: Checked,
  scope: WriteScope,
): Promise<Result<Observed, readonly Problem[]>> {
  const place = await checkInPlaceUpdate(found, scope);
  const moved = await moveAddress(found, scope);
  const problems = [
    ...checkRoomOfChange(found),
    ...place.problems,
    ...(moved.ok ? [] : [moved.error]),
  ];
  if (problems.length > 0 || !moved.ok) return err(problems);
  return ok({ input, found, kept: { ...kept, place, moved: moved.value } });
}

async function observeChange(
  row: VmRow,
  input: Input,
  scope: WriteScope,
  by: Kept['by'] = 'request',
): Promise<Result<Checked, readonly Problem[]>> {
  const desired = desiredOf(row);
  const observed = splitObserved(row, input);
  const before = VmSpec.parse({ ...desired, ...observed.asked });
  const merged = mergeFields(desired, withNewAddress(input, desired), VM_FIELDS);
  const after = VmSpec.parse(sizedBy({ by, desired, merged, input }, scope));
  // What healing has given stays, and the configuration is what it was.
  const leaves = { ...observed.leaves, ...configuredSizes(after) };
  const seen = { ...observed, leaves };
  useImage(after.drivers_image, scope);
  const { asFound } = seen;
  const found = await observeVmChange({ row, before, after, asFound, given: input }, scope);
  const problems = checkVmChange(found, {
    // What waits for its window restarts nothing now.
    restart: deferredUntil(found, input, scope) === undefined ? input.restart : undefined,
    unknown: scope.unknown,
  });
  return problems.length > 0 ? err(problems) : ok({ input, found, kept: { seen, by } });
}

/** The desired fields afterwards, with the record of what healing has made of the size. */
function sizedBy(
  {
    by,
    desired,
    merged,
    input,
  }: Pick<Kept, 'by'> & {
    readonly desired: JsonObject;
    readonly merged: FieldValues;
    readonly input: Input;
  },
  { nowMs }: WriteScope,
): FieldValues {
  const named = Object.entries(input).filter(([, value]) => value !== undefined);
  if (by === 'request') {
    return withoutGrowthOf(
      merged,
      named.map(([name]) => name),
    );
  }
  const { memory_gb, cpu_cores } = input;
  const sizes = {
    ...(memory_gb === undefined ? {} : { memory_gb }),
    ...(cpu_cores === undefined ? {} : { cpu_cores }),
  };
  const before = { ...merged, ...pickFields(desired, GROWN_FIELDS) };
  return by === 'healing' ? withGrowth(before, sizes, nowMs) : withMemberSize(before, sizes, nowMs);
}

/**
 * Returns the time of the restart that a change needs; undefined if the change does not wait for
 * one.
 */
function deferredUntil(
  found: VmChange,
  { restart }: Pick<Input, 'restart'>,
  { nowMs }: WriteScope,
): { readonly nextMs: number | undefined } | undefined {
  const window = restart === 'allowed' ? undefined : restartWindowOf(found.after);
  if (window === undefined || restartsOf(found).length === 0) return undefined;
  return window.openedAt(nowMs) === undefined ? { nextMs: window.nextAfter(nowMs) } : undefined;
}

async function planNow(
  observed: Observed,
  waiting: PendingRestartRow | undefined,
  scope: WriteScope,
): Promise<PreparedWrite> {
  const { found, kept } = observed;
  const { row } = found;
  const { leaves } = kept.seen;
  if (waiting === undefined) {
    return {
      ...(hasNews(observed) ? planChanges(found, kept, scope) : planNothing(found)),
      leaves,
    };
  }
  const before = withPending(baseOf(found).before, waiting);
  if (!hasNews(observed)) {
    // What waited is given up.
    const reserve = [touched(row, scope), ...dropPending(row.id)];
    return { ...baseOf(found), before, leaves, saga: reserveOnly(reserve) };
  }
  const planned = planChanges(found, kept, scope);
  const restored = restorePending(row.id, waiting);
  const made = {
    reserve: dropPending(row.id),
    rollback: restored,
    release: restored,
    reacquire: dropPending(row.id),
    finalize: await pendingBaseline(found, waiting, scope),
  };
  return { ...planned, before, leaves, saga: concatSagas(planned.saga, made) };
}

function hasNews({ found, kept }: Observed): boolean {
  return (
    Object.keys(changesOf(found)).length > 0 ||
    Object.keys(kept.seen.asked).length > 0 ||
    isCorrectedByChange(found.row)
  );
}

/** Makes what needs no restart, and stores the rest until the window opens. */
async function planLater(
  whole: Observed,
  {
    waiting,
    nextMs,
  }: {
    readonly waiting: PendingRestartRow | undefined;
    readonly nextMs: number | undefined;
  },
  scope: WriteScope,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const { row, node, after } = whole.found;
  const names = restartsOf(whole.found);
  const later = { ...pickFields(whole.input, names), ...pickFields(after, plainOf(names)) };
  const checked = await observeChange(row, withoutFields(whole.input, names), scope);
  if (!checked.ok) return checked;
  const live = await placeChange(checked.value, scope);
  if (!live.ok) return live;
  const { found, kept } = live.value;
  const still = restartsOf(found);
  if (still.length > 0) return err([restartForbidden(row, node?.name ?? '', still)]);
  const base = baseOf(found);
  const shown = {
    before: withPending(base.before, waiting),
    wanted: withoutGrowth(after),
    // What waits is as the machine has it.
    leaves: {
      ...kept.seen.leaves,
      ...pickFields(desiredOf(row), names),
      ...configuredSizes(found.after),
    },
    notices: [...describeGrowth(whole.found), describePending(row.name, names, nextMs)],
  };
  const store = storePending(row, later, scope);
  if (hasNews(live.value)) {
    const planned = planChanges(found, kept, scope);
    const restored = restorePending(row.id, waiting);
    const kinds = { reserve: store, rollback: restored, release: restored, reacquire: store };
    return ok({ ...planned, ...shown, saga: concatSagas(planned.saga, kinds) });
  }
  if (isSamePending(waiting, later)) return ok({ ...planNothing(found), ...shown });
  const reserve = [touched(row, scope), ...store];
  return ok({ ...base, ...shown, saga: reserveOnly(reserve) });
}

/** Changes of what waits for the VM are changes of the VM. */
function touched(row: VmRow, { context, nowMs }: WriteScope): Change {
  const updated = { updated_at_ms: nowMs, updated_by: context.principal.name };
  return changeIdle('vm', row, { revision: row.revision + 1, ...updated });
}

/** The names of fields that are no secrets. */
function plainOf(names: readonly string[]): readonly string[] {
  const plain = Object.entries(VM_FIELDS).filter(([, { secrecy }]) => secrecy === 'plain');
  return plain.map(([name]) => name).filter((name) => names.includes(name));
}

function withoutFields(input: Input, names: readonly string[]): Input {
  // Every field of a change is optional but its id, which never restarts anything.
  return { ...input, ...Object.fromEntries(names.map((name) => [name, undefined])) };
}

function describePending(
  name: string,
  fields: readonly string[],
  nextMs: number | undefined,
): string {
  const opens =
    nextMs === undefined ? 'which does not open again' : `which opens at ${toTimestamp(nextMs)}`;
  return (
    `The change of ${fields.join(', ')} restarts the VM ${name}, so it waits for the restart ` +
    `window, ${opens}, or until the VM is stopped. To make it now: novacron vm update ${name} ` +
    '--restart allowed.'
  );
}

/** In another network the VM has another address: an assigned one, unless the request has one. */
function withNewAddress(input: Input, { network_id: before = null }: JsonObject): Input {
  const isMove = input.network_id !== undefined && input.network_id !== before;
  return isMove && input.ip_address === undefined ? { ...input, ip_address: null } : input;
}

interface Kept {
  /** Initiator of the change: a request specifies the configuration; healing and scaling do not. */
  readonly by: 'request' | 'healing' | 'scaling';
  readonly place: InPlaceCheck;
  readonly moved: AddressPlan;
  readonly seen: ObservedChange;
}

function planNothing(found: VmChange): PreparedWrite {
  return { ...baseOf(found), saga: reserveOnly([requireSame('vm', found.row)]) };
}

function planChanges(found: VmChange, kept: Kept, scope: WriteScope): PreparedWrite {
  const { place, moved, seen } = kept;
  const { row, after } = found;
  const base = baseOf(found);
  const columns = changedColumns(row, scope, {
    name: after.name,
    desired: after,
    busy: 'yes',
  });
  const resize = planResize({ ...found, tenantId: row.tenant_id, to: amountsAfter(found) });
  const fields = addressFields(after.network_id, moved.address, furtherInterfacesOf(row));
  const given = withGivenKeys(seen.settled, found.givenKeys);
  const running = kept.by === 'healing' ? withResetsAgain(given) : given;
  const settled = isSwitchedOff(found) ? withoutHalt(given) : running;
  // What no command corrects stays as it was observed.
  const seenAfter = needsNoNode(found, moved) ? observedOf(row) : settled;
  return {
    ...base,
    prerequisites: place.prerequisites,
    saga: concatSagas(
      place.saga,
      {
        reserve: [
          changeIdle('vm', row, { ...columns, network_id: after.network_id }),
          requireNoNewVolumeWork(row, found.rules),
        ],
        steps: stepsOfChange(found, moved),
        finalize: [
          releaseVm(row.id, { ...seenAfter, ...fields, ...statusAfter(found), ...madeFrom(found) }),
        ],
        rollback: [revertVm(row, observedOf(row))],
        // It may have either size and address: all stay reserved until a change succeeds.
        release: [revertVm(row, { ...observedOf(row), status: 'unknown' })],
        reacquire: [reapplyChange(found, columns)],
      },
      planRenaming('vm', row, after.name),
      resize,
      planReferenceCounts(found),
      moved.saga,
      planSecrets(found),
    ),
  };
}

/** Notices for a request about a VM that healing has resized. */
function describeGrowth({ row, before, after }: VmChange): readonly string[] {
  const grown = grownOf(before);
  const kept = grownOf(after)?.asked ?? {};
  if (grown === undefined) return [];
  return GROWN_FIELDS.filter((name) => grown.asked[name] !== undefined).map((name) => {
    const has = `NovaCron has given the VM ${row.name} ${name} = ${before[name]}`;
    return kept[name] === undefined
      ? `${has}; this change makes it ${after[name]}.`
      : `${has} instead of ${kept[name]}, and it keeps that. A change of ${name} ends it.`;
  });
}

/** The version of the template that a new root disk is made from. */
function madeFrom(found: VmChange): JsonObject {
  const { ownTemplate } = found;
  if (!isReimage(found) || ownTemplate === undefined) return {};
  return { template_version: ownTemplate.version };
}

function planSecrets({ row, secretsBefore, secretsAfter }: VmChange): Partial<Saga> {
  const after = storeSecrets(row, secretsAfter);
  const before = storeSecrets(row, secretsBefore);
  return { reserve: after, rollback: before, release: before, reacquire: after };
}

function baseOf(found: VmChange) {
  const { row, before, after } = found;
  return {
    resourceKind: 'vm',
    target: { id: row.id, name: after.name },
    // The change replaces the observed fields.
    before: {
      ...withoutGrowth(before),
      ...pickFields(observedMachineOf(row) ?? {}, SENT_FIELDS),
    },
    wanted: withoutGrowth(after),
    placement: null,
    notices: describeGrowth(found),
    restarts: restartsOf(found),
  } as const;
}

/** The change as it was admitted, on top of its rollback. */
function reapplyChange(
  { row, after }: VmChange,
  columns: ReturnType<typeof changedColumns>,
): Change {
  return reacquireLock(
    'vm',
    row,
    { ...columns, network_id: after.network_id, observed_json: row.observed_json },
    { revision: row.revision + 2, generation: row.generation + 1 },
  );
}

function revertVm(row: VmRow, observed: JsonObject): Change {
  return {
    kind: 'update',
    table: 'vms',
    id: row.id,
    set: {
      ...revertedColumns(row),
      network_id: row.network_id,
      observed_json: canonicalJson(observed),
    },
    otherwise: replan(`The VM ${row.name}`),
  };
}
