/** Says how far a command is while it runs. */
import type { Bus } from '@novacron/bus/bus';
import type { AgentCommand } from '@novacron/contract/agent/agent';
import type { CommandProgress } from '@novacron/contract/agent/agent-progress';
import { progressSubject } from '@novacron/contract/agent/agent-subjects';
import type { FleetNode } from '../fleet/fleet.ts';

/** Less than this is not worth a message: a command sends at most 19 of them. Unit: percent. */
const PERCENT_STEP = 5;

const PERCENT_MAX = 100;

/**
 * Returns a listener that publishes the progress of one run. Its completion reports the end,
 * and never goes back.
 */
export function reportProgress(
  { bus, node }: { readonly bus: Bus; readonly node: FleetNode },
  { operation_id, step }: AgentCommand,
): (percent: number) => void {
  let said = 0;
  return (percent) => {
    const whole = Math.floor(percent);
    if (!(whole >= said + PERCENT_STEP && whole < PERCENT_MAX)) return;
    said = whole;
    const progress: CommandProgress = { operation_id, step, percent: whole };
    bus.publish(progressSubject(node.name), progress);
  };
}
