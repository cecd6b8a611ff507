/** Whether VMs are stopped when the host is isolated, and after which time. */
import { ISOLATION_LEASE_MS_MIN } from '@novacron/contract/agent/agent-announcement';
import { formatDuration, parseDuration } from '@novacron/contract/formats/duration';
import type { FieldProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { readWatchdogMs } from '../isolation/open-watchdog.ts';
import { placeOf, type SaidValues, textOf, wrong } from './read-agent-flags.ts';

/** Settings for stopping the VMs of an isolated host. */
export interface IsolationConfig {
  /** Path of the watchdog of the host. */
  readonly watchdog: string;
  /** Unit: ms. */
  readonly leaseMs: number;
}

/** A longer lease makes every recovery without a fence device later. Unit: ms. */
const LEASE_MS_MAX = 3_600_000;

/** Minimum remainder of the lease besides the time of the watchdog. Unit: ms. */
const LEFT_MS_MIN = 20_000;

type Read<T> = Result<T, readonly FieldProblem[]>;

/** Reads it; undefined without a watchdog. */
export function readIsolation(said: SaidValues): Read<IsolationConfig | undefined> {
  const watchdog = textOf(said, 'watchdog');
  const text = textOf(said, 'isolation-lease');
  if (watchdog === undefined) {
    if (text === undefined) return ok(undefined);
    return err([wrong(placeOf(said, 'isolation-lease'), 'needs --watchdog beside it')]);
  }
  if (textOf(said, 'driver') !== 'qemu') {
    return err([
      wrong(placeOf(said, 'watchdog'), 'is for --driver qemu: other VMs cannot be killed'),
    ]);
  }
  const leaseMs = text === undefined ? ISOLATION_LEASE_MS_MIN : (parseDuration(text) ?? 0);
  if (leaseMs < ISOLATION_LEASE_MS_MIN || leaseMs > LEASE_MS_MAX) {
    const bounds = `${formatDuration(ISOLATION_LEASE_MS_MIN)} to ${formatDuration(LEASE_MS_MAX)}`;
    return err([wrong(placeOf(said, 'isolation-lease'), `must be a duration of ${bounds}`)]);
  }
  const lack = explainWatchdog(watchdog, leaseMs);
  if (lack !== undefined) return err([wrong(placeOf(said, 'watchdog'), lack)]);
  return ok({ watchdog, leaseMs });
}

function explainWatchdog(path: string, leaseMs: number): string | undefined {
  try {
    const timeoutMs = readWatchdogMs(path);
    if (leaseMs - timeoutMs >= LEFT_MS_MIN) return undefined;
    return (
      `resets the host after ${formatDuration(timeoutMs)}, which is too late for a lease of ` +
      `${formatDuration(leaseMs)}: set its time to 30s (wdctl --settimeout 30), or a longer ` +
      '--isolation-lease'
    );
  } catch (cause) {
    return `cannot be used: ${String(Object(cause).message ?? cause)}`;
  }
}
