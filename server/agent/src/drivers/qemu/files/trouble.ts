/** Failure of a driver action, on the way to the caller that turns it into an answer. */
import type { DriverProblem } from '../../driver.ts';

/** Expected trouble; `toProblem` makes it the driver's answer. */
export class QemuTrouble extends Error {
  readonly next: DriverProblem['next'];
  readonly until: DriverProblem['until'];

  constructor(
    message: string,
    next: DriverProblem['next'],
    { cause, until }: { readonly cause?: unknown; readonly until?: DriverProblem['until'] } = {},
  ) {
    super(message, { cause });
    this.name = 'QemuTrouble';
    this.next = next;
    this.until = until;
  }
}

/** Trouble that stays until something is changed. @param message - a whole sentence */
export function finalTrouble(message: string, cause?: unknown): QemuTrouble {
  return new QemuTrouble(message, 'final', { cause });
}

/** Trouble that may pass by itself. @param message - a whole sentence */
export function passingTrouble(message: string, cause?: unknown): QemuTrouble {
  return new QemuTrouble(message, 'retry', { cause });
}

/** Whether the kernel has refused a call: the error that Node.js makes of it names the call. */
export function isSystemError(cause: unknown): boolean {
  const { syscall, errno } = Object(cause);
  return typeof syscall === 'string' && typeof errno === 'number';
}

/** The first line of what an error says, without a full stop at its end. */
export function reasonOf(cause: unknown): string {
  const [first = ''] = String(Object(cause).message ?? cause).split('\n');
  return first.replace(/\.$/, '');
}
