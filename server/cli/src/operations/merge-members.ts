/** Completes fields of which single parts were given: an update leaves the others alone. */
import { isOperationName } from '@novacron/contract/operations-table/operations';
import { ok, type Result } from '@novacron/contract/result';
import type { TableCommand } from '../arguments/command-table.ts';
import { GivenLabels, GivenMembers } from '../arguments/given-values.ts';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import { type Fields, isFields } from '../output/fields.ts';

/** Whether an input has parts that need the resource as it is. */
export function hasParts(input: Fields): boolean {
  return Object.values(input).some(isPart);
}

function isPart(value: unknown): value is GivenMembers | GivenLabels {
  return value instanceof GivenMembers || value instanceof GivenLabels;
}

/**
 * Replaces given members and labels by whole objects, as a JSON merge patch does (RFC 7396); a
 * resource that exists is read first, and the write is refused if it has changed since
 * (`if_revision`), so that what others change meanwhile is not lost.
 * @param input - the fields of the command, ids in place of names
 * Failures: those of reading the resource.
 */
export async function mergeMembers(
  session: Session,
  { operation, noun, flags }: TableCommand,
  input: Fields,
): Promise<Result<Fields, Failure>> {
  const given = Object.entries(input).flatMap(([name, value]) =>
    isPart(value) ? [[name, value] as const] : [],
  );
  if (given.length === 0) return ok(input);
  const read = `${noun}.get`;
  const isUpdate = operation.endsWith('.update') && isOperationName(read);
  const before = isUpdate ? await callOperation(session, read, { id: input.id }) : ok<Fields>({});
  if (!before.ok) return before;
  const merged = Object.fromEntries(
    given.map(([name, part]) => [name, mergePart(part, before.value[name])] as const),
  );
  const { revision } = before.value;
  const isGuarded = typeof revision === 'number' && flags.some((flag) => flag.field === GUARD);
  return ok({ ...(isGuarded ? { [GUARD]: revision } : {}), ...input, ...merged });
}

/** The field that refuses a write of a resource that has changed. */
const GUARD = 'if_revision';

function mergePart(part: GivenMembers | GivenLabels, present: unknown): unknown {
  const before = isFields(present) ? present : {};
  if (part instanceof GivenMembers) return { ...before, ...part.values };
  const labels = Object.entries({ ...before, ...part.changes });
  const left = labels.filter(([, value]) => value !== undefined);
  return left.length === 0 ? null : Object.fromEntries(left);
}
