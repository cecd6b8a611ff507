/** Grants never exceed the rights of their grantor, and revocations those of the caller. */
import { coversState } from '@novacron/contract/access/identity';
import { listNames } from '@novacron/contract/formats/list-names';
import {
  type Allowed,
  missingOperations,
  type OperationSet,
} from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Principal } from '../../kernel/context/call-context.ts';
import { operationsOf } from './may-call.ts';
import { isSession } from './session.ts';

/** Maximum number of operations that a refusal names; the rest are only counted. */
const NAMED_MAX = 5;

/**
 * Refuses rights that the grantor does not have; undefined when the grantor has all of them.
 * @param giving - `operations`: what is granted; `what`: an API key, a role; `field`: the
 *   input field
 */
export function refuseGrant(
  principal: Principal,
  giving: {
    readonly operations: OperationSet;
    readonly what: string;
    readonly field: string;
  },
): Problem | undefined {
  const missing = missingOperations(grantableBy(principal), giving.operations);
  if (missing.length === 0) return undefined;
  return problem('forbidden', {
    detail:
      `${giving.what} cannot allow operations that its creator may not call; your role ` +
      `${principal.role} does not allow ${listNames([...missing], NAMED_MAX)}.`,
    remedy: 'Grant fewer operations, or ask a user whose role allows them.',
    fields: [
      {
        path: [giving.field],
        message: `allows ${listNames([...missing], NAMED_MAX)}, which you may not call`,
      },
    ],
    data: { missing: [...missing] },
  });
}

/**
 * Returns the operations that a principal can grant to a role, a key or a token. A caller with an
 * API key that may create keys can grant that permission to sessions; a session cannot unless it
 * has that permission itself.
 */
export function grantableBy(principal: Principal): OperationSet {
  const held = operationsOf(principal);
  if (isSession(principal) || !held.has('api_key.create')) return held;
  return new Set<Allowed>([...held, 'api_key.create_from_session']);
}

/** Refuses rights that the grantor of a text does not have; undefined when it has all of them. */
export function refuseRunAs(
  principal: Principal,
  runAs: Principal,
  field: 'id' | 'run_as',
): Problem | undefined {
  const operations = operationsOf(runAs);
  const refused = refuseGrant(principal, { operations, what: 'A text', field });
  if (refused !== undefined) return refused;
  const { terraformStates: states } = runAs;
  if (principal.terraformStates === undefined || states !== undefined) {
    return refuseStates(principal, states);
  }
  return problem('forbidden', {
    detail: `${runAs.name} may use all states of Terraform; you may use only some.`,
    remedy: 'Run it as a key with the same limit, or ask an admin without one.',
    fields: [{ path: [field], message: 'may use more states of Terraform than you' }],
  });
}

/** Refuses states of Terraform that the grantor may not use; undefined when it may use all. */
export function refuseStates(
  { terraformStates }: Principal,
  given: readonly string[] | undefined,
): Problem | undefined {
  if (terraformStates === undefined || given === undefined) return undefined;
  const missing = given.filter((pattern) => !coversState(terraformStates, pattern));
  if (missing.length === 0) return undefined;
  const yours = listNames(terraformStates, NAMED_MAX);
  return problem('forbidden', {
    detail: `An API key cannot use more states of Terraform than its creator, here ${yours}.`,
    remedy: `Name only states among ${yours}.`,
    fields: [
      {
        path: ['terraform_states'],
        message: `names ${listNames(missing, NAMED_MAX)}, which you may not use`,
      },
    ],
  });
}

/** Refuses to revoke a key that the caller could not have created; undefined when it could. */
export function refuseRevocation(
  principal: Principal,
  key: { readonly name: string; readonly operations: OperationSet },
): Problem | undefined {
  const missing = missingOperations(grantableBy(principal), key.operations);
  if (missing.length === 0) return undefined;
  return problem('forbidden', {
    detail:
      `The key ${key.name} allows operations that you may not call; your role ${principal.role} ` +
      `does not allow ${listNames([...missing], NAMED_MAX)}.`,
    remedy: 'Ask a user whose role allows them to delete the key.',
    data: { missing: [...missing] },
  });
}
