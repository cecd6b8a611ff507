/** Nobody hands on more than they have: the check of everything that gives rights to somebody. */
import type { OperationName } from '@novacron/contract/operations';
import { missingOperations, type OperationSet } from '@novacron/contract/permissions';
import { type Problem, problem } from '@novacron/contract/problem';
import type { Principal } from '../../kernel/context/call-context.ts';
import { operationsOf } from './may-call.ts';

/** So many operations are named in a refusal; the rest is a number. */
const NAMED_MAX = 5;

/**
 * Refuses rights that the giver does not have; undefined when all are there.
 * @param giving - `operations`: what is given; `what`: an API key, a role; `field`: where it stands
 */
export function refuseGrant(
  principal: Principal,
  giving: {
    readonly operations: OperationSet;
    readonly what: string;
    readonly field: string;
  },
): Problem | undefined {
  const missing = missingOperations(operationsOf(principal), giving.operations);
  if (missing.length === 0) return undefined;
  return problem('forbidden', {
    detail:
      `${giving.what} may allow no more than whoever makes it may call; your role ` +
      `${principal.role} does not allow ${listOf(missing)}.`,
    remedy: 'Give fewer operations, or have somebody do it whose role allows them.',
    fields: [
      { path: [giving.field], message: `allows ${listOf(missing)}, which you may not call` },
    ],
    data: { missing: [...missing] },
  });
}

function listOf(names: readonly OperationName[]): string {
  const shown = names.slice(0, NAMED_MAX).join(', ');
  const more = names.length - NAMED_MAX;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
