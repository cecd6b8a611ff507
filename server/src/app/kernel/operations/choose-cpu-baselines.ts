/**
 * Gives each VM that is switched on the CPU baseline of its node's migration domain, chosen when
 * the command is sent, and stores the baseline that its guest got: only nodes that offer it can
 * take the VM while it runs.
 */
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import { chooseCpuBaseline, domainOf } from '../../rows/cpu-baselines.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { AgentStepAction } from '../definitions/operation-definition.ts';
import type { AgentSteps } from './perform-agent-steps.ts';

type Deps = Pick<KernelDeps, 'store'>;

/** The same steps, where commands that start a VM have a baseline. */
export function chooseCpuBaselines(steps: AgentSteps, deps: Deps): AgentSteps {
  return {
    ...steps,
    perform: async (attempt, step) => {
      if (step.action.kind !== 'start') return steps.perform(attempt, step);
      const outcome = await steps.perform(attempt, await withBaseline(deps, step));
      return await storeBaseline(deps, step, outcome);
    },
  };
}

async function withBaseline({ store }: Deps, step: AgentStepAction): Promise<AgentStepAction> {
  if (step.action.kind !== 'start') return step;
  const [node] = await store.read({ from: 'nodes', where: { name: step.node } });
  if (node === undefined || domainOf(node) === undefined) return step;
  const cpu_baseline = chooseCpuBaseline(node, await store.read({ from: 'nodes' }));
  return cpu_baseline === undefined ? step : { ...step, action: { ...step.action, cpu_baseline } };
}

/** A start may be repeated, so where the baseline cannot be stored the attempt is. */
async function storeBaseline(
  { store }: Deps,
  { vmId: id }: AgentStepAction,
  outcome: CommandOutcome,
): Promise<CommandOutcome> {
  if (outcome.kind !== 'succeeded') return outcome;
  const cpu_baseline = outcome.machine?.cpu_baseline ?? null;
  const [row] = await store.read({ from: 'vms', where: { id } });
  if (row === undefined || row.cpu_baseline === cpu_baseline) return outcome;
  const stored = await store.commit([{ kind: 'patch', table: 'vms', id, set: { cpu_baseline } }]);
  if (stored.ok) return outcome;
  const message = `its CPU baseline is not stored: ${stored.error.detail}`;
  return { kind: 'failed', message, next: 'retry' };
}
