import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import { VM_FIELDS, VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err, ok } from '@novacron/contract/result';
import type { Change } from '../../../../ports/store.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import type { PreparedWrite } from '../../../kernel/admission/prepared-write.ts';
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
import { desiredOf, observedOf } from '../../../rows/answer-resource.ts';
import {
  isCorrectedByChange,
  type ObservedChange,
  observedMachineOf,
  pickFields,
  SENT_FIELDS,
  splitObserved,
  withoutHalt,
} from '../../../rows/observed-machine.ts';
import { replan } from '../../../rows/replan.ts';
import { storeSecrets } from '../../../rows/vm-secrets.ts';
import { furtherInterfacesOf } from '../../network/further-interfaces.ts';
import { type AddressPlan, addressFields, moveAddress } from '../../network/plan-address.ts';
import type { Prepare, WriteScope } from '../../scope.ts';
import { withGivenKeys } from '../../ssh-key/given-keys.ts';
import { planReferenceCounts } from '../firewall/reference-counts.ts';
import { checkInPlaceUpdate, type InPlaceCheck } from './check-in-place-update.ts';
import { checkVmChange } from './check-vm-change.ts';
import { observeVmChange, type VmChange } from './observe-vm-change.ts';
import { planResize } from './plan-resize.ts';
import {
  amountsAfter,
  changesOf,
  isReimage,
  isSwitchedOff,
  restartsOf,
  statusAfter,
  stepsOfChange,
} from './vm-change-steps.ts';

type Input = ParsedInputOf<'vm.update'>;

/** Plans a change of a VM on its node. */
export const prepareVmUpdate: Prepare<Input> = async (input, scope) => {
  const current = await findToChange('vm', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const desired = desiredOf(row);
  const seen = splitObserved(row, input);
  const before = VmSpec.parse({ ...desired, ...seen.asked });
  const after = VmSpec.parse(mergeFields(desired, withNewAddress(input, desired), VM_FIELDS));
  const { asFound } = seen;
  const found = await observeVmChange({ row, before, after, asFound, given: input }, scope);
  const place = await checkInPlaceUpdate(found, scope);
  const moved = await moveAddress(found, scope);
  const problems = [
    ...checkVmChange(found, { restart: input.restart, unknown: scope.unknown }),
    ...place.problems,
    ...(moved.ok ? [] : [moved.error]),
  ];
  if (problems.length > 0 || !moved.ok) return err(problems);
  const hasNews =
    Object.keys(changesOf(found)).length > 0 ||
    Object.keys(seen.asked).length > 0 ||
    isCorrectedByChange(row);
  const { leaves } = seen;
  if (!hasNews) return ok({ ...planNothing(found), leaves });
  return ok({ ...planChanges(found, { place, moved: moved.value, seen }, scope), leaves });
};

/** In another network the VM has another address: an assigned one, unless the request has one. */
function withNewAddress(input: Input, { network_id: before = null }: JsonObject): Input {
  const isMove = input.network_id !== undefined && input.network_id !== before;
  return isMove && input.ip_address === undefined ? { ...input, ip_address: null } : input;
}

interface Kept {
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
    desired: base.wanted,
    busy: 'yes',
  });
  const resize = planResize({ ...found, tenantId: row.tenant_id, to: amountsAfter(found) });
  const fields = addressFields(after.network_id, moved.address, furtherInterfacesOf(row));
  const given = withGivenKeys(seen.settled, found.givenKeys);
  const settled = isSwitchedOff(found) ? withoutHalt(given) : given;
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
          releaseVm(row.id, { ...settled, ...fields, ...statusAfter(found), ...madeFrom(found) }),
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
    before: { ...before, ...pickFields(observedMachineOf(row) ?? {}, SENT_FIELDS) },
    wanted: after,
    placement: null,
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
