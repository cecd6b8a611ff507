/** Explains a create whose answer Terraform does not get. */
import { PROBLEM_KINDS, type Problem } from '@novacron/contract/problem/problem';
import { UserError } from '../../framework/diagnostics/user-error.ts';

/** Resource that was created, but not for this state. */
interface Created {
  readonly id: string;
  /** Terraform type. */
  readonly type: string;
  /** For the user: `create novacron_vm "web"`. */
  readonly doing: string;
}

/**
 * Returns the error of a create whose delivery the server has refused (`conflict`), or may have
 * recorded without the provider learning of it.
 */
export function notDelivered(found: Problem, { id, type, doing }: Created): UserError {
  const next =
    found.code === 'conflict'
      ? ''
      : `\n\n${id} exists on the server, and is not in the state. Apply again, which continues ` +
        'this create. If the apply reports that it was left by an interrupted run, import it: ' +
        `terraform import ${type}.NAME ${id}`;
  return new UserError({
    summary: `${PROBLEM_KINDS[found.code].title}: ${doing}`,
    detail: `${found.detail}\n\n${found.remedy}${next}`,
  });
}
