/** Converts trouble into the answer of the driver. */
import { err, ok } from '@novacron/contract/result';
import type { DriverAnswer, DriverProblem } from '../../driver.ts';
import { isSystemError, QemuTrouble, reasonOf } from '../files/trouble.ts';
import { QmpError } from '../qmp/open-qmp-client.ts';

/** Answers with what an action returns, and with the problem where it meets expected trouble. */
export async function answerOf<T>(act: () => Promise<T>): DriverAnswer<T> {
  try {
    return ok(await act());
  } catch (cause) {
    return err(toProblem(cause));
  }
}

/** Throws what is not expected: that is a bug, and the agent's log has it. */
function toProblem(cause: unknown): DriverProblem {
  if (cause instanceof QemuTrouble) {
    const { message, next, until } = cause;
    return { message, next, ...(until && { until }) };
  }
  // Such as a run directory that has become read-only.
  if (isSystemError(cause)) {
    return { message: `The host did not do it: ${reasonOf(cause)}.`, next: 'retry' };
  }
  if (!(cause instanceof QmpError)) throw cause;
  const next = cause.failure === 'refused' ? 'final' : 'retry';
  return { message: `QEMU did not do it: ${reasonOf(cause)}.`, next };
}
