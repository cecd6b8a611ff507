/** Completes objects of which single members were given: an update leaves the others alone. */
import { isOperationName } from '@novacron/contract/operations-table/operations';
import { ok, type Result } from '@novacron/contract/result';
import type { TableCommand } from '../arguments/command-table.ts';
import { GivenMembers } from '../arguments/flag-options.ts';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import { type Fields, isFields } from '../output/fields.ts';

/**
 * Replaces given members by whole objects, as a JSON merge patch does (RFC 7396); a resource that
 * exists is read first.
 * @param input - the fields of the command, ids in place of names
 * Failures: those of reading the resource.
 */
export async function mergeMembers(
  session: Session,
  { operation, noun }: TableCommand,
  input: Fields,
): Promise<Result<Fields, Failure>> {
  const given = Object.entries(input).flatMap(([name, value]) =>
    value instanceof GivenMembers ? [[name, value.values] as const] : [],
  );
  if (given.length === 0) return ok(input);
  const read = `${noun}.get`;
  const before =
    operation.endsWith('.update') && isOperationName(read)
      ? await callOperation(session, read, { id: input.id })
      : ok<Fields>({});
  if (!before.ok) return before;
  const merged = given.map(([name, values]) => {
    const present = before.value[name];
    return [name, { ...(isFields(present) ? present : {}), ...values }] as const;
  });
  return ok({ ...input, ...Object.fromEntries(merged) });
}
