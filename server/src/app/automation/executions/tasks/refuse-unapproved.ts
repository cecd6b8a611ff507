/**
 * Whether a step still starts what people have approved. An execution has its own text, secrets and
 * inputs, but a step starts a workflow as it is stored at that moment: one that was changed after
 * the vote, here or further down, is not what the vote was about.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { isStepOrItem } from '@novacron/engine/sagas/rules/expand-steps';
import type { ApprovalRow } from '../../../../ports/tables/access/approval-row.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { detailsOf } from '../../../access/approvals/stored-approval.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { digestOf, targetsOf } from './approval-subject.ts';
import type { AutomationRun } from './automation-run.ts';

type Deps = Pick<CapabilityDeps, 'store' | 'definitions'>;

/** @returns why the step starts nothing; undefined where all approvals are about what it starts */
export async function refuseUnapproved({
  parts,
  row,
  name,
}: Pick<AutomationRun, 'parts' | 'row' | 'name'>): Promise<Problem | undefined> {
  const { deps } = parts;
  let at: Place | undefined = { row, step: name };
  // What it is a part of may have been approved as a whole.
  while (at !== undefined) {
    const changed = await findChanged(deps, at);
    if (changed !== undefined) return isOther(changed);
    at = await placeAbove(deps, at);
  }
  return undefined;
}

/** A step of an execution; that of an item has its name. */
interface Place {
  readonly row: Tables['operations'];
  readonly step: string;
}

async function findChanged(deps: Deps, { row, step }: Place): Promise<ApprovalRow | undefined> {
  const { approvals, done } = await deps.store.snapshot({
    approvals: {
      from: 'approvals',
      where: { operation_id: row.id, kind: 'approval', status: 'approved' },
    },
    done: { from: 'execution_steps', where: { execution_id: row.id, result: 'succeeded' } },
  });
  for (const approval of approvals) {
    const isAbout = targetsOf(approval).some((target) => isStepOrItem(step, target));
    if (!isAbout) continue;
    if ((await digestOf(deps, approval, row, done)) !== approval.digest) return approval;
  }
  return undefined;
}

async function placeAbove(
  { store, definitions }: Deps,
  { row }: Place,
): Promise<Place | undefined> {
  const cause = definitions.read(row).execution?.cause;
  if (cause?.kind !== 'step') return undefined;
  const [above] = await store.read({ from: 'operations', where: { id: cause.execution_id } });
  return above === undefined ? undefined : { row: above, step: cause.step };
}

function isOther(approval: ApprovalRow): Problem {
  const { id } = approval;
  const { step } = detailsOf(approval);
  const why = `the plan approved at ${String(step)} (${id}) differs from what it would start now`;
  return problem('validation-failed', {
    detail: `The step starts nothing: ${why}.`,
    remedy: 'Review the changes (novacron workflow versions), and start another execution.',
    fields: [{ path: ['id'], message: why }],
  });
}
