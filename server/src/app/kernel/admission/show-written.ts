/** Tells a write that was made from one that was not, where its answer cannot be read any more. */
import { type Problem, problem } from '@novacron/contract/problem';
import { err, type Result } from '@novacron/contract/result';

/**
 * Makes the answer of a write that is stored.
 * @param operationId - the operation that carries it out
 * @param show - reads what is answered; the store may reject with the property `problem`
 * @returns `unavailable` where the store went out of reach since: whoever is told only that would
 * send a create again, and find its name taken by itself
 */
export async function showWritten(
  operationId: string,
  show: () => Promise<Result<unknown, Problem>>,
): Promise<Result<unknown, Problem>> {
  try {
    return await show();
  } catch (cause) {
    const { problem: found } = Object(cause) as { readonly problem?: Partial<Problem> };
    if (found?.code !== 'unavailable') throw cause;
    return err(
      problem('unavailable', {
        detail:
          `The change was made, as operation ${operationId}, but the server's database went out ` +
          'of reach before it could be shown.',
        remedy: 'Look at the operation in a few seconds instead of sending the request again.',
        data: { outcome: 'made', operation_id: operationId },
      }),
    );
  }
}
