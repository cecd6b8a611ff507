/** Begins the operation that reverts a resource, which people or NovaCron itself ask for. */
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Purpose } from '../../kernel/arbitration/platform-write.ts';
import { waitingProblem } from '../../kernel/arbitration/waiting-problem.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { admitWrite } from '../../kernel/write/admit-write.ts';
import { reserveAlso } from '../../kernel/write/checked-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredIfReadable } from '../../rows/answer-resource.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import type { Compared } from './compare-resources.ts';
import { prepareRevert } from './plan-revert.ts';

/**
 * Begins it. Its step, which changes the resource, waits for what is more urgent in any case; where
 * NovaCron itself asks for it, it does not begin before that either.
 * @param approved - committed with it
 * @returns `conflict` where it waits, which `isWaitingProblem` recognises
 */
export async function beginRevert(
  parts: BeginParts<CapabilityDeps>,
  { target, approved }: { readonly target: Compared; readonly approved: ChangeSet },
  context: CallContext,
): Promise<Result<Tables['operations'], Problem>> {
  const { deps, executor } = parts;
  const name = 'drift.remediate';
  const prepare = reserveAlso(prepareRevert(deps, target), approved);
  const input = { id: target.row.id, name: target.row.name };
  if (context.principal.name !== OWN_PRINCIPALS.driftRemediator) {
    const admitted = await admitWrite(name, input, prepare, deps, context);
    if (!admitted.ok) return admitted;
    const { operation } = admitted.value;
    if (operation.status === 'running') executor.start(operation);
    return ok(operation);
  }
  const begun = await beginWrite(parts, {
    who: 'drift-remediation',
    class: 'maintenance',
    target: await claimOf(deps, target),
    name,
    input,
    prepare,
    context,
  });
  if (begun.kind === 'started') return ok(begun.operation);
  if (begun.kind === 'refused') return err(begun.problem);
  return err(waitingProblem(`The revert of ${target.row.name}`, begun));
}

async function claimOf(
  { store }: CapabilityDeps,
  { row: { id, name }, record }: Compared,
): Promise<Purpose['target']> {
  const where = { id: record.resource_kind === 'vm' ? id : '' };
  const [row] = await store.read({ from: 'vms', where, damaged: 'blank' });
  if (row === undefined) return { kind: 'other', row: { id, name } };
  const priority = Number(desiredIfReadable(row).priority ?? VM_FIELDS.priority.default);
  // The revert itself stops nothing: its step does, and begins by itself.
  return { kind: 'vm', row, effect: 'none', priority };
}
