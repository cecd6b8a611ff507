/** Distinguishes a committed write whose answer can no longer be read from one that failed. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';

/**
 * Makes the answer of a committed write.
 * @param operationId - the operation of the write
 * @param show - reads the answer; the store may reject with the property `problem`
 * @returns `unavailable` where the store failed afterwards, with the operation: without it, a
 *   client would send the create again and find its name taken by itself
 */
export async function showWritten(
  operationId: string,
  show: () => Promise<Result<unknown, Problem>>,
): Promise<Result<unknown, Problem>> {
  try {
    return await show();
  } catch (cause) {
    // Anything may be thrown; the store rejects with the property `problem`.
    const { problem: found }: { readonly problem?: Partial<Problem> } = Object(cause);
    if (found?.code !== 'unavailable') throw cause;
    return err(
      problem('unavailable', {
        detail:
          `The change was made, as operation ${operationId}, but the server's database became ` +
          'unavailable before it could be shown.',
        remedy: 'Read the operation in a few seconds instead of sending the request again.',
        data: { outcome: 'made', operation_id: operationId },
      }),
    );
  }
}
