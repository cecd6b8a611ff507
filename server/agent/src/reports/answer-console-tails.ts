/** Answers servers that ask what a machine has written to its console last. */
import type { Responder } from '@novacron/bus/bus';
import {
  CONSOLE_TAIL_LENGTH_MAX,
  type TailAnswer,
  TailQuery,
} from '@novacron/contract/agent/console-tail';
import { toConsoleLines } from '@novacron/contract/formats/console-lines';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import type { Driver } from '../drivers/driver.ts';
import { maskHostDetails } from '../drivers/mask-host-details.ts';

/** Makes the responder. */
export function answerConsoleTails({
  driver,
}: {
  readonly driver: Pick<Driver, 'name' | 'readConsoleTail'>;
}): Responder {
  return async (message): Promise<TailAnswer> => {
    const parsed = TailQuery.safeParse(message);
    if (!parsed.success) {
      return failed(toValidationProblem(parsed.error, 'The question about the console').detail);
    }
    if (driver.readConsoleTail === undefined) {
      return failed(`The hypervisor ${driver.name} keeps nothing of consoles.`);
    }
    const read = await driver.readConsoleTail(parsed.data.vm_id);
    if (!read.ok) return failed(maskHostDetails(read.error.message));
    const text = toConsoleLines(read.value).join('\n').slice(-CONSOLE_TAIL_LENGTH_MAX);
    return { kind: 'tail', text };
  };
}

function failed(message: string): TailAnswer {
  return { kind: 'failed', message };
}
