import { describeError, type Logger } from '../process/logger.ts';

/** The parts of a process that a plugin controls. */
export interface GuardedProcess {
  on(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (e: unknown) => void): unknown;
  readonly stdout: { write: unknown };
  readonly stderr: { write(text: string): unknown };
  exit(code: number): void;
}

/** The exit code of a crashed Go program, which the host knows. */
const EXIT_CODE_CRASH = 2;

/** The exit code of a process whose host, which would read it, has ended. */
const EXIT_CODE_ORPHAN = 1;

/** Time for the host to read the text of a crash before the connection ends. Unit: ms. */
const CRASH_READ_MS = 100;

/**
 * Terraform looks for a line that begins with `panic: ` and shows it with the stack; without it
 * users only see "Plugin did not respond".
 */
export function guardCrashes(target: GuardedProcess): void {
  const crash = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    target.stderr.write(`panic: ${message}\n\n${describeError(error)}\n`);
    // The host reads the text and the end of the connection side by side, and reports by the first.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CRASH_READ_MS);
    target.exit(EXIT_CODE_CRASH);
  };
  target.on('uncaughtException', crash);
  target.on('unhandledRejection', crash);
}

/**
 * ^C reaches the whole process group. Terraform then asks its providers to stop with a call, so the
 * signal itself must not end the process in the middle of a create. While an apply or a destroy is
 * still planning, that call is not sent: the signal then does the same.
 */
export function guardSignals(
  target: GuardedProcess,
  {
    log,
    interrupt,
    close,
  }: {
    readonly log: Logger;
    /** Aborts everything that waits; the process keeps running. */
    readonly interrupt: () => void;
    readonly close: () => Promise<void>;
  },
): void {
  target.on('SIGINT', () => {
    log.trace('interrupted: aborting everything that waits');
    interrupt();
  });
  target.on('SIGTERM', () => {
    void close().finally(() => target.exit(0));
  });
}

/** Interval between checks for being orphaned. Unit: milliseconds. */
const ORPHAN_MS = 250;

/**
 * Ends the process when its host has ended without shutting it down. Nothing is closed first: no
 * host is left to take an answer, and the next run takes over the creates of this one.
 */
export function guardOrphan(target: Pick<GuardedProcess, 'exit'>, isHostGone: () => boolean): void {
  setInterval(() => {
    if (isHostGone()) target.exit(EXIT_CODE_ORPHAN);
  }, ORPHAN_MS).unref();
}

/** After the handshake nothing may reach standard output: it is written to the log instead. */
export function guardStdout(target: GuardedProcess, log: Logger): void {
  target.stdout.write = (chunk: unknown) => {
    log.info(String(chunk).trimEnd());
    return true;
  };
}
