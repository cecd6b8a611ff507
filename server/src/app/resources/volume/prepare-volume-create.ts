/** Plans new volumes: space in the pool of their type, their content, and their attachment. */
import type { VolumeId } from '@novacron/contract/ids';
import { VOLUME_FIELDS, VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { OperationStepDefinition } from '../../kernel/definitions/operation-definition.ts';
import { deleteKey } from '../../kernel/idempotency/idempotency.ts';
import { newResourceRow, requireSame } from '../../kernel/resource-rows/new-row.ts';
import { requireNameNotHeld } from '../../kernel/resource-rows/plan-renaming.ts';
import { reacquireLock } from '../../kernel/resource-rows/reacquire-lock.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { dropContentKey, makeContentKey } from '../../rows/content-keys.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { Check, WriteScope } from '../scope.ts';
import { observeVolume, type VolumeContext } from './observe-volume.ts';
import { planContentRemoval } from './volume-changes.ts';
import {
  checkAttachment,
  columnsOf,
  freeSpace,
  markVolumeFailed,
  settled,
  takeSpace,
  touchUnchangedVms,
  touchVms,
} from './volume-saga.ts';
import { attachSteps, fillSteps } from './volume-steps.ts';

/** Plans a new volume. */
export const prepareVolumeCreate: Check<ParsedInputOf<'volume.create'>> = async (input, scope) => {
  const spec = VolumeSpec.parse(fillDefaults(VOLUME_FIELDS, input));
  const found = await observeVolume(undefined, spec, scope);
  if (found.problems.length > 0) return err(found.problems);
  const fields = newVolumeFields(spec, scope);
  const { id } = fields.target;
  const fill = fillSteps(id, spec, found.source);
  const volume = { id, spec, found, fill, idempotencyKey: input.idempotency_key };
  return ok({ ...fields, place: () => Promise.resolve(planNewVolume(volume, scope)) });
};

/** Input of policies for a new volume. */
export function newVolumeFields(spec: VolumeSpec, { deps }: Pick<WriteScope, 'deps'>) {
  const target = { id: deps.ids.next('vol'), name: spec.name };
  return { resourceKind: 'volume', target, before: null, wanted: spec } as const;
}

/** A new volume, and what its content is made from. */
export interface NewVolume {
  readonly id: VolumeId;
  readonly spec: VolumeSpec;
  readonly found: VolumeContext;
  /** The steps that make its content; none where it begins empty. */
  readonly fill: readonly OperationStepDefinition[];
  readonly idempotencyKey: string | undefined;
}

/** Plans its row, its space and the steps. */
export function planNewVolume(
  { id, spec, found, fill, idempotencyKey }: NewVolume,
  scope: WriteScope,
): Result<PreparedWrite, readonly Problem[]> {
  if (found.shortage !== undefined) return err([found.shortage]);
  const desired = spec;
  const { encrypted } = spec;
  const filled = fill.map(({ name }) => name);
  const steps = [...fill, ...attachSteps(id, spec, found, filled)];
  const refused = checkAttachment(spec, steps, found);
  if (refused !== undefined) return err([refused]);
  const isBusy = steps.length > 0 ? 'yes' : 'no';
  const status = steps.length > 0 ? 'creating' : 'available';
  const row = newResourceRow(scope, {
    id,
    name: spec.name,
    desired,
    observed: { status },
    busy: isBusy,
  });
  const { busy_operation_id, observed_json } = row;
  const columns = columnsOf(spec, steps, found);
  return ok({
    resourceKind: 'volume',
    target: { id, name: spec.name },
    before: null,
    wanted: desired,
    placement: null,
    saga: {
      reserve: [
        requireNameNotHeld('volume', scope.context.principal.tenantId, spec.name),
        {
          kind: 'insert',
          into: 'volumes',
          row: { ...row, ...columns },
          otherwise: replan(`The name ${spec.name}`),
        },
        ...takeSpace(row, spec),
        ...makeContentKey({ id, tenant_id: row.tenant_id, encrypted }, scope.deps),
        // Guard: the snapshot has no operation in progress either.
        ...(found.source === undefined ? [] : [requireSame('snapshot', found.source)]),
        ...touchVms([found.vm]),
      ],
      steps,
      finalize: steps.length === 0 ? [] : settled(id, spec),
      rollback: [
        // A step that was undone leaves its disk.
        ...(steps.length > 0 ? planContentRemoval({ ...row, ...columns }, columns.pool_id) : []),
        { kind: 'drop', from: 'volumes', id },
        dropContentKey(id),
        ...freeSpace(row, spec),
        ...deleteKey(idempotencyKey, scope.context.principal.tenantId),
      ],
      release: [
        markVolumeFailed(id, spec.name),
        ...deleteKey(idempotencyKey, scope.context.principal.tenantId),
      ],
      reacquire: [
        reacquireLock('volume', row, { busy_operation_id, observed_json }, { revision: 1 }),
        ...touchUnchangedVms([found.vm]),
      ],
    },
  });
}
