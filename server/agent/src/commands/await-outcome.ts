/** Waits for the driver to do one command, but never for ever. */

import type { AgentCommand, CommandOutcome, OutcomeQuery } from '@novacron/contract/agent/agent';
import { commandMsMax, endsWhenCancelled } from '@novacron/contract/agent/command-limits';
import type { Timers } from '@novacron/runtime/timers';
import type { LocalWrite } from '../database/group-commits.ts';
import { type Driver, type KeySource, LEAVING } from '../drivers/driver.ts';
import { executeCommand } from './execute-command.ts';

/** Abort reason for drivers: shared, because an abort signal's own error includes a stack. */
const OVER = new Error('the command is over');

/** The driver answers when it has cancelled the action, or done it all the same. */
const CANCELLED = new Error('the command is cancelled');

/** Names a command that runs. */
export function commandKey({ operation_id, step }: OutcomeQuery): string {
  return `${operation_id}/${step}`;
}

/** Outcome of a command, and the driver's write to store together with it. */
export interface Ending {
  readonly outcome: CommandOutcome;
  readonly beside?: LocalWrite;
}

/** Dependencies of a wait. */
export interface WaitingParts {
  readonly driver: Driver;
  readonly timers: Timers;
  /** Holds what gives the command up, while it runs. */
  readonly waiting: Set<() => void>;
  /** Holds what cancels a migration or an import, by {@link commandKey}, while it runs. */
  readonly cancels: Map<string, () => void>;
  /** Hears why a driver broke down. */
  readonly onBreakdown: (cause: unknown) => void;
  /** Hears how much of the command is done, where the driver says so. */
  readonly onProgress: (percent: number) => void;
  readonly keyOf: KeySource;
}

/**
 * Has the driver do a command.
 * @returns how it ended; `abandoned` when the command was given up. Never rejects
 */
export function awaitOutcome(
  parts: WaitingParts,
  command: AgentCommand,
): Promise<Ending | 'abandoned'> {
  const { driver, timers, waiting, cancels, onBreakdown, onProgress, keyOf } = parts;
  const limitMs = commandMsMax(command.action.kind);
  const abort = new AbortController();
  let kept: LocalWrite | undefined;
  return new Promise((resolve) => {
    const settle = (ending: Ending | 'abandoned'): void => {
      if (!waiting.delete(abandon)) return;
      cancel();
      cancels.delete(commandKey(command));
      // What was done for an answer that was no longer awaited is rolled back.
      if (ending === 'abandoned' || ending.beside === undefined) kept?.lost(new Error('given up'));
      resolve(ending);
      abort.abort(ending === 'abandoned' ? LEAVING : OVER);
    };
    const abandon = (): void => settle('abandoned');
    const cancel = timers.after(limitMs, () => settle({ outcome: notInTime(limitMs) }));
    waiting.add(abandon);
    // Other actions are over soon, and are undone instead.
    if (endsWhenCancelled(command.action.kind)) {
      cancels.set(commandKey(command), () => abort.abort(CANCELLED));
    }
    const keepWithEnd = (write: LocalWrite): void => {
      if (waiting.has(abandon)) kept = write;
      else write.lost(new Error('given up'));
    };
    executeCommand(driver, command, { signal: abort.signal, keepWithEnd, onProgress, keyOf }).then(
      (outcome) => settle({ outcome, ...(kept === undefined ? {} : { beside: kept }) }),
      (cause: unknown) => {
        onBreakdown(cause);
        settle({ outcome: brokenDown() });
      },
    );
  });
}

function notInTime(limitMs: number): CommandOutcome {
  const message = `The hypervisor did not answer within ${limitMs / 1_000} s.`;
  return { kind: 'failed', message, next: 'retry' };
}

function brokenDown(): CommandOutcome {
  const message = 'The driver of the hypervisor broke down; the log of the agent says why.';
  return { kind: 'failed', message, next: 'final' };
}
