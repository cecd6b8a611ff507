/**
 * Adds to the command to start a VM what its node has to know of the fleet and of the VM's claims,
 * when it is sent: the CPU baseline of the migration domain, the binding to a NUMA cell, and the
 * devices. Stores the baseline that the guest got: only nodes that offer it can take the VM while
 * it runs. Forgets the addresses that the guest before has reported.
 */
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import type { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import type { MachineDevices } from '@novacron/contract/agent/machine';
import type { DeviceRequest } from '@novacron/engine/placement/place/model/placement';
import { readClaim } from '../../rows/allocation-claims.ts';
import { chooseCpuBaseline, domainOf } from '../../rows/cpu-baselines.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { AgentStepAction } from '../definitions/operation-definition.ts';
import type { AgentSteps } from './perform-agent-steps.ts';

type Deps = Pick<KernelDeps, 'store'>;
type NodeRow = Parameters<typeof domainOf>[0] & {
  readonly id: string;
  readonly capabilities_json: string;
};

/** The same steps, where commands that start a VM are complete. */
export function completeStarts(steps: AgentSteps, deps: Deps): AgentSteps {
  return {
    ...steps,
    perform: async (attempt, step) => {
      if (step.action.kind !== 'start') return steps.perform(attempt, step);
      const [node] = await deps.store.read({ from: 'nodes', where: { name: step.node } });
      const options =
        node === undefined
          ? {}
          : { ...(await findBaseline(deps, node)), ...(await findClaims(deps, node, step)) };
      const action = { ...step.action, ...options };
      const outcome = await steps.perform(attempt, { ...step, action });
      return await storeStart(deps, step, outcome);
    },
  };
}

async function findBaseline({ store }: Deps, node: NodeRow) {
  if (domainOf(node) === undefined) return {};
  const cpu_baseline = chooseCpuBaseline(node, await store.read({ from: 'nodes' }));
  return cpu_baseline === undefined ? {} : { cpu_baseline };
}

/** Finds the NUMA and device claims of the VM, for an agent that enforces them. */
async function findClaims({ store }: Deps, node: NodeRow, { vmId }: AgentStepAction) {
  // Written from what an agent announced.
  const said = parseStored<Partial<AgentAnnouncement['capabilities']>>(node.capabilities_json);
  if (said?.numaBinding !== 'yes' && said?.passthrough !== 'yes') return {};
  const held = await store.read({ from: 'allocations', where: { vm_id: vmId } });
  const here = held.find((each) => each.node_id === node.id);
  const { numa = 'any', devices = [] } = here === undefined ? {} : readClaim(here);
  return {
    ...(said.numaBinding === 'yes' && numa !== 'any' ? { numa } : {}),
    ...(said.passthrough === 'yes' && devices.length > 0
      ? { devices: devices.map(toMachineDevices) }
      : {}),
  };
}

/** A VM asks for one model at most. */
function toMachineDevices({ kind, models = [], count }: DeviceRequest): MachineDevices {
  const [model] = models;
  return { kind, ...(model === undefined ? {} : { model }), count };
}

/** A start may be repeated, so where its result cannot be stored the attempt is. */
async function storeStart(
  { store }: Deps,
  { vmId: id }: AgentStepAction,
  outcome: CommandOutcome,
): Promise<CommandOutcome> {
  if (outcome.kind !== 'succeeded') return outcome;
  const cpu_baseline = outcome.machine?.cpu_baseline ?? null;
  const [row] = await store.read({ from: 'vms', where: { id } });
  if (row === undefined) return outcome;
  if (row.cpu_baseline === cpu_baseline && row.guest_addresses_json === null) return outcome;
  const set = { cpu_baseline, guest_addresses_json: null };
  const stored = await store.commit([{ kind: 'patch', table: 'vms', id, set }]);
  if (stored.ok) return outcome;
  const message = `the start is not stored: ${stored.error.detail}`;
  return { kind: 'failed', message, next: 'retry' };
}
