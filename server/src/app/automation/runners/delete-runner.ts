/**
 * Deletes runners that are gone. A command that such a runner may still run is not waited for any
 * more: its attempt has failed, and what it did is not known.
 */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import { findRunner, toRunner } from './read-runners.ts';

/**
 * Deletes a runner. One that announces itself again afterwards is registered as another one while
 * its enrollment is active. Problems: `not-found`; `in-use` while it announces itself.
 */
export function deleteRunner(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'runner.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = async (): CheckedObject<Record<string, never>> => {
    const found = await findRunner(deps, id, context);
    if (!found.ok) return found;
    const row = found.value;
    const { status, labels, network } = toRunner(row, deps.clock.nowMs());
    return ok({
      operation: 'runner.delete',
      resourceKind: 'runner',
      target: { id: row.id, name: row.name },
      found: status === 'ready' ? stillAnnounced(row.name) : undefined,
      before: { name: row.name, status, labels, network },
      wanted: null,
      changes: [
        {
          kind: 'delete',
          from: 'runners',
          id: row.id,
          // It may be back.
          expect: { last_seen_at_ms: row.last_seen_at_ms },
          otherwise: replan(`The runner ${row.name}`),
        },
      ],
      answer: {},
    });
  };
  return admitObject(deps, context, { name: 'runner.delete', check });
}

function stillAnnounced(name: string): Problem {
  return problem('in-use', {
    detail: `The runner ${name} is online and would be registered again.`,
    remedy:
      'Stop it and wait until it is offline, or revoke its enrollment, which removes it at once: ' +
      'novacron admin enrollment revoke ID.',
  });
}
