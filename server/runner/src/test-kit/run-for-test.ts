/** Runs commands in their isolation as tests need them. */
import { systemTimers } from '@novacron/runtime/timers';
import type { Isolation } from '../isolation/isolate.ts';
import { collectOutput } from '../steps/collect-output.ts';
import { type CommandEnd, type CommandOrder, runCommand } from '../steps/run-command.ts';

/**
 * A user that no process of a host has, and the first of a hundred. Suites run at the same time, so
 * each process of tests has users of its own.
 */
export const TEST_UID = 1_000_000_000 + (process.pid % 1_000_000) * 100;

/** Host resources of a step in tests. */
export const TEST_ISOLATION: Isolation = {
  uid: TEST_UID,
  network: 'none',
  scratchMib: 64,
  processesMax: 64,
  memoryMib: 1_024,
  readable: [],
};

/** Order of a test; `masked` are the values that are masked in its output. */
type OrderForTest = Partial<Omit<CommandOrder, 'output'>> &
  Pick<CommandOrder, 'words'> & { readonly masked?: readonly string[] };

/** An order with what a test does not say. */
function sampleOrder({ masked = [], ...of }: OrderForTest): CommandOrder {
  return {
    env: {},
    secrets: [],
    output: collectOutput(masked),
    timeoutMs: 60_000,
    isolation: TEST_ISOLATION,
    ...of,
  };
}

/** Runs an order to its end. */
export function runForTest(
  of: OrderForTest,
  signal: AbortSignal = new AbortController().signal,
): Promise<CommandEnd> {
  return runCommand(sampleOrder(of), { timers: systemTimers, signal });
}

/** Returns the output of a command that ended normally. */
export async function printedBy(
  of: Partial<CommandOrder> & Pick<CommandOrder, 'words'>,
): Promise<string> {
  const end = await runForTest(of);
  if (end.kind === 'exited' && end.code === 0) return end.output.log;
  throw new Error(`The command did not succeed: ${JSON.stringify(end)}`);
}
