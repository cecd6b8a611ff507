/**
 * Adopts drift: makes the observed fields the baseline, and the desired state where only the node
 * has them.
 */

import type { PreviewableOperation } from '@novacron/contract/admission/admission';
import { equalJson } from '@novacron/contract/json';
import { ForeignDevice, nameDevice } from '@novacron/contract/kinds/vm/foreign-device';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import { admitWrite, tryWrite } from '../../kernel/write/admit-write.ts';
import { extendPlan, reserveAlso } from '../../kernel/write/checked-write.ts';
import type { AdmittedWrite } from '../../kernel/write/prepared-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseInput, prepareOf } from '../../platform/step-write.ts';
import type { Check } from '../../resources/scope.ts';
import { configuredOf } from '../../rows/observed/grown-size.ts';
import type { Compared } from './compare-resources.ts';
import { adoptRow, baselineAdopted, decideAdoption, tryBaseline } from './drift-baselines.ts';

/** Dependencies of adopting drift. */
export interface AdoptionParts {
  readonly deps: CapabilityDeps;
  readonly executor: Pick<OperationExecutor, 'start'>;
}

/**
 * Adopts drift. Problems: those of `drift_baseline.set`, and those of `vm.update` where the machine
 * differs from its VM, such as `no-capacity`.
 * @param approved - committed with it
 * @returns the operation where one is needed; undefined: adopted already
 */
export async function adoptDrift(
  { deps, executor }: AdoptionParts,
  { target, approved }: { readonly target: Compared; readonly approved: ChangeSet },
  context: CallContext,
): Promise<Result<AdmittedWrite['operation'] | undefined, Problem>> {
  const { row, record } = target;
  const foreign = refuseForeign(target);
  if (foreign !== undefined) return err(foreign);
  const update = updateTo(target);
  if (update === undefined) {
    const set = await adoptRow(deps, { kind: record.resource_kind, row, approved }, context);
    return set.ok ? ok(undefined) : set;
  }
  const refused = await decideAdoption(deps, { kind: record.resource_kind, row }, context);
  if (refused !== undefined) return err(refused);
  const { operation, input } = update;
  const prepare = reserveAlso(adopting(deps, record, operation), approved);
  const admitted = await admitWrite(operation, input, prepare, deps, context);
  if (!admitted.ok) return admitted;
  const { operation: started } = admitted.value;
  if (started.status === 'running') executor.start(started);
  return ok(started);
}

/**
 * Tries an adoption without carrying it out.
 * @returns the problem that it would answer now; undefined where it would be adopted
 */
export async function tryAdoption(
  deps: CapabilityDeps,
  target: Compared,
  context: CallContext,
): Promise<Problem | undefined> {
  const { row, record } = target;
  const foreign = refuseForeign(target);
  if (foreign !== undefined) return foreign;
  const refused = await tryBaseline(deps, { kind: record.resource_kind, row }, context);
  const update = updateTo(target);
  if (refused !== undefined || update === undefined) return refused;
  const { operation, input } = update;
  const tried = await tryWrite(operation, input, adopting(deps, record, operation), deps, context);
  return tried[0];
}

/** NovaCron has no place for a device that it did not plug in. */
function refuseForeign({ row, current }: Compared): Problem | undefined {
  const found = ForeignDevice.array().safeParse(current.foreign_devices).data ?? [];
  if (found.length === 0) return undefined;
  return problem('validation-failed', {
    detail:
      `The VM ${row.name} has devices that NovaCron did not plug in, which cannot be adopted: ` +
      `${found.map(nameDevice).join(', ')}.`,
    remedy:
      `Unplug them: novacron drift remediate ${row.id} --action revert --yes. To leave them for ` +
      'a while, ignore the drift of foreign_devices.',
    fields: [{ path: ['foreign_devices'], message: 'cannot be adopted' }],
    data: { resource_id: row.id },
  });
}

/** The update to the observed fields; undefined where they are the desired ones already. */
function updateTo({ row, current, record }: Compared) {
  const desired = configuredOf(row);
  const found = Object.entries(current).filter(
    ([name, value]) => !equalJson(desired[name] ?? null, value),
  );
  if (found.length === 0) return undefined;
  const asked = { ...Object.fromEntries(found), id: row.id, if_revision: row.revision };
  const operation = `${record.resource_kind}.update` as const;
  return { operation, input: parseInput(operation, asked) };
}

/** An update to the observed state, which sets the baseline when it has ended. */
function adopting(
  deps: CapabilityDeps,
  { deployment, resource_kind: kind }: Compared['record'],
  operation: PreviewableOperation,
): Check<Readonly<Record<string, unknown>>> {
  return async (input, scope) => {
    return extendPlan(await prepareOf(deps, operation)(input, scope), (write) => {
      const { target, wanted, leaves, saga } = write;
      assert(wanted !== null, 'a change leaves something');
      const fields = { ...wanted, ...leaves };
      const kept = baselineAdopted(scope, { kind, target, fields, deployment });
      return { ...write, saga: concatSagas(saga, { finalize: kept }) };
    });
  };
}
