/** Runs a program in a guest through its agent, and waits for its end. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { GuestAgent } from './guest-agent.ts';

const LOOK_MS = 100;

const Started = z.looseObject({ pid: z.number() });
const Ended = z.looseObject({
  exited: z.boolean(),
  exitcode: z.number().optional(),
  signal: z.number().optional(),
  'out-data': z.string().optional(),
  'err-data': z.string().optional(),
});

/** Result of a program in the guest. */
export interface GuestRun {
  /** Absent where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly errorOutput: string;
}

/**
 * Runs a program without a shell.
 * @param command - the program and its arguments
 * @param timeoutMs - how long is waited; the program itself is not ended
 * @returns undefined where it has not ended in time
 * @throws a `final` trouble where the agent refuses, a `retry` one where it does not answer
 */
export async function runInGuest(
  agent: GuestAgent,
  command: readonly string[],
  timeoutMs: number,
): Promise<GuestRun | undefined> {
  return awaitInGuest(agent, await startInGuest(agent, command), timeoutMs);
}

/**
 * Starts a program without a shell.
 * @returns its process id in the guest
 * @throws as `runInGuest`
 */
export async function startInGuest(
  agent: GuestAgent,
  [path, ...args]: readonly string[],
): Promise<number> {
  const started = await agent.execute('guest-exec', {
    path,
    arg: args,
    'capture-output': true,
  });
  return Started.parse(started).pid;
}

/**
 * Waits for the end of a program that was started, in this conversation or an earlier one.
 * @param pid - its process id in the guest
 * @returns undefined where it has not ended in time
 * @throws as `runInGuest`; `final` also where the agent knows no such process
 */
export async function awaitInGuest(
  agent: GuestAgent,
  pid: number,
  timeoutMs: number,
): Promise<GuestRun | undefined> {
  for (let waitedMs = 0; waitedMs <= timeoutMs; waitedMs += LOOK_MS) {
    const status = Ended.parse(await agent.execute('guest-exec-status', { pid }));
    if (status.exited) {
      return {
        exitCode: status.exitcode,
        output: textOf(status['out-data']),
        errorOutput: textOf(status['err-data']),
      };
    }
    await pause(LOOK_MS);
  }
  return undefined;
}

function textOf(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64')
    .toString('utf8')
    .trim();
}
