/** Waits for the driver to do one command, but never for ever. */

import type { AgentCommand, CommandOutcome } from '@novacron/contract/agent/agent';
import type { Timers } from '@novacron/runtime/timers';
import type { LocalWrite } from '../database/group-commits.ts';
import type { ActionKind, Driver } from '../drivers/driver.ts';
import { executeCommand } from './execute-command.ts';

/** Longest wait for a driver; afterwards the command has failed and may be tried again. */
export const ACTION_MS_MAX = 300_000;

/** A migration copies all memory of a machine, which may be terabytes. */
export const MIGRATE_MS_MAX = 3_600_000;

/** Why a driver is to stop: kept, for the error that a signal makes itself comes with a stack. */
const OVER = new Error('the command is over');

/** How a command ended, and what the driver wants to be kept together with that. */
export interface Ending {
  readonly outcome: CommandOutcome;
  readonly beside?: LocalWrite;
}

/** Who waits. */
export interface WaitingParts {
  readonly driver: Driver;
  readonly timers: Timers;
  /** Holds what gives the command up, while it runs. */
  readonly waiting: Set<() => void>;
  /** Hears why a driver broke down. */
  readonly onBreakdown: (cause: unknown) => void;
  /** Hears how much of the command is done, where the driver says so. */
  readonly onProgress: (percent: number) => void;
}

/**
 * Has the driver do a command.
 * @returns how it ended; `abandoned` when the command was given up. Never rejects
 */
export function awaitOutcome(
  parts: WaitingParts,
  command: AgentCommand,
): Promise<Ending | 'abandoned'> {
  const { driver, timers, waiting, onBreakdown, onProgress } = parts;
  const limitMs = durationMsMax(command.action.kind);
  const abort = new AbortController();
  let kept: LocalWrite | undefined;
  return new Promise((resolve) => {
    const settle = (ending: Ending | 'abandoned'): void => {
      if (!waiting.delete(abandon)) return;
      cancel();
      // What was done for an answer that was no longer awaited is rolled back.
      if (ending === 'abandoned' || ending.beside === undefined) kept?.lost(new Error('given up'));
      resolve(ending);
      abort.abort(OVER);
    };
    const abandon = (): void => settle('abandoned');
    const cancel = timers.after(limitMs, () => settle({ outcome: notInTime(limitMs) }));
    waiting.add(abandon);
    const keepWithEnd = (write: LocalWrite): void => {
      if (waiting.has(abandon)) kept = write;
      else write.lost(new Error('given up'));
    };
    executeCommand(driver, command, { signal: abort.signal, keepWithEnd, onProgress }).then(
      (outcome) => settle({ outcome, ...(kept === undefined ? {} : { beside: kept }) }),
      (cause: unknown) => {
        onBreakdown(cause);
        settle({ outcome: brokenDown() });
      },
    );
  });
}

function durationMsMax(kind: ActionKind): number {
  return kind === 'migrate' ? MIGRATE_MS_MAX : ACTION_MS_MAX;
}

function notInTime(limitMs: number): CommandOutcome {
  const message = `The hypervisor did not answer within ${limitMs / 1_000} s.`;
  return { kind: 'failed', message, next: 'retry' };
}

function brokenDown(): CommandOutcome {
  const message = 'The driver of the hypervisor broke down; the log of the agent says why.';
  return { kind: 'failed', message, next: 'final' };
}
