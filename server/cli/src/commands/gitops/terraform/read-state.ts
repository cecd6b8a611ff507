/** Serial, lineage and lock of a state, as the server has it. */
import { ok, type Result } from '@novacron/contract/result';
import { TerraformState } from '@novacron/contract/terraform-state/terraform-state';
import { listAll } from '../../../client/list-all.ts';
import type { Refusal } from '../step/refusal.ts';
import type { StepContext } from '../step/step-context.ts';
import { withServer } from '../step/with-server.ts';

/** A state; before its first version, serial and lineage are null. */
export type StateFacts = Pick<TerraformState, 'serial' | 'lineage' | 'lock'>;

const ABSENT: StateFacts = { serial: null, lineage: null, lock: null };

/** Reads them. */
export function readState(
  context: StepContext,
  name: string,
): Promise<Result<StateFacts, Refusal>> {
  return withServer(context, async (session) => {
    const input = { name: [name] };
    const listed = await listAll(session, { operation: 'terraform_state.list', input });
    if (!listed.ok) return listed;
    const [first] = listed.value;
    return ok(first === undefined ? ABSENT : TerraformState.parse(first));
  });
}
