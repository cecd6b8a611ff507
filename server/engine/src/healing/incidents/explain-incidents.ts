/** Explains incidents in lines for people. */
import { listNames } from '@novacron/contract/formats/list-names';
import type { Failure, IncidentPlan, Shared } from './model/incident.ts';

/** Machines that a summary names. */
const STRANGERS_MAX = 10;

/** Explains a round: a line for each incident that is opened, changed, reopened or resolved. */
export function explainIncidents({ open, change, resolve }: IncidentPlan): string[] {
  return [
    ...open.map((failure) => `opened: ${summarize(failure)}`),
    ...change.map(
      ({ failure, reopened }) => `${reopened ? 'reopened' : 'changed'}: ${summarize(failure)}`,
    ),
    ...resolve.map(({ incident, mergedInto }) =>
      mergedInto === null
        ? `resolved: ${incident.key}`
        : `resolved: ${incident.key}, which is part of ${mergedInto}`,
    ),
  ];
}

/** Says what is wrong in one sentence, as it is stored with the incident. */
export function summarySentence(failure: Failure): string {
  return `${summarize(failure)}.`;
}

/** Says what is wrong in one sentence without its full stop. */
function summarize(failure: Failure): string {
  const { cause, target, nodes, vmCount, evidence = [] } = failure;
  const vms = vmCount === 1 ? '1 VM' : `${vmCount} VMs`;
  switch (cause) {
    case 'fleet_lost':
      return `Most nodes do not answer (${nodes.length}); ${vms} affected`;
    case 'zone_lost':
      return nodes.length === 1
        ? `1 node of ${target} does not answer; ${vms} affected`
        : `${nodes.length} nodes of ${target} do not answer; ${vms} affected`;
    case 'node_lost':
      return failure.isBack === true
        ? `Node ${target} is back, and VMs that were down with it are not up yet`
        : `Node ${target} does not answer; ${vms} affected`;
    case 'management_lost':
      return [
        nodes.length === 1
          ? `Node ${nodes[0]} of ${target} runs, and servers do not hear it; ${vms} affected`
          : `${nodes.length} nodes of ${target} run, and servers do not hear them; ${vms} affected`,
        ...evidence,
      ].join('; ');
    case 'maintenance_overdue':
      return `The maintenance of node ${target} has not ended in the planned time`;
    case 'agent_unresponsive':
      return `The agent of node ${target} does not respond; the node is alive`;
    case 'unknown_machine':
      return `Node ${target} has machines of unknown VMs: ${listNames(evidence, STRANGERS_MAX)}`;
    case 'second_copy':
      return `${target} ran on ${nodes.join(' and ')} at the same time: ${evidence.join('; ')}`;
    case 'standby_missing':
      return `No node can hold the standby of ${target}: ${evidence.join('; ')}`;
    case 'machine_missing':
      return `${vms} gone from node ${target}`;
    case 'crash_loop':
      return vmCount === 1 && SHARED_WORDS[failure.targetKind] === undefined
        ? `${target} stopped again and again, and is not started any more`
        : `${vms} ${ofTarget(failure)} stopped again and again, and are not started any more`;
    case 'unhealthy':
      return summarizeUnhealthy(failure);
    case 'storage_errors':
      return `Node ${target} has trouble with a storage: ${evidence.join('; ')}`;
    case 'disk_full':
      return [
        [`Disk full on ${target}`, ...(evidence.length > 0 ? [evidence.join('; ')] : [])].join(
          ': ',
        ),
        ...(vmCount > 0 ? [`${vms} affected`] : []),
      ].join('; ');
    case 'disk_failing':
    case 'memory_errors':
    case 'raid_degraded':
    case 'memory_pressure':
      return `Node ${target} may fail soon: ${evidence.join('; ')}`;
  }
}

/** Descriptions of VMs by the attribute they share. */
const SHARED_WORDS: Readonly<Partial<Record<string, (name: string) => string>>> = {
  change: (name: string) => `that were changed by ${name}`,
  node: (name: string) => `on ${name}`,
  storage: (name: string) => `with disks in the storage ${name}`,
  template: (name: string) => `made from the template ${name}`,
  security_group: (name: string) => `with the security group ${name}`,
  network: (name: string) => `in the network ${name}`,
} satisfies Record<Shared['kind'], unknown>;

/** Describes the VMs that an incident is about. */
function ofTarget({
  target,
  targetKind,
}: {
  readonly target: string;
  readonly targetKind: string;
}) {
  return SHARED_WORDS[targetKind]?.(target) ?? `of ${target}`;
}

/** The beginning of what is said where no health check has found what is the matter. */
const PROCESS = 'The hypervisor process';

function summarizeUnhealthy(failure: Failure): string {
  const { target, targetKind, vms, vmCount } = failure;
  const isOne = vmCount === 1 && SHARED_WORDS[targetKind] === undefined;
  const all = `${vmCount === 1 ? '1 VM' : `${vmCount} VMs`} ${ofTarget(failure)}`;
  if (vms.length > 0 && vms.every(({ hung }) => hung === true)) {
    return isOne
      ? `${PROCESS} of ${target} answers nothing`
      : `${PROCESS}es of ${all} answer nothing`;
  }
  return isOne ? `The health check of ${target} fails` : `The health checks of ${all} fail`;
}

/** Whether an incident is of hypervisor processes that hang, by its summary. */
export function isOfProcesses({ summary }: { readonly summary: string }): boolean {
  return summary.startsWith(PROCESS);
}

/** Attributes that describe a resolved incident. */
export type EndedIncident = Pick<Failure, 'cause' | 'target' | 'nodes'> & {
  /** Stored kind of the target. */
  readonly targetKind: string;
  /** Last summary while the incident was open. */
  readonly summary: string;
  /** Number of VMs that were down at any time. */
  readonly vmCount: number;
};

/**
 * Says what was wrong, in one sentence without its full stop.
 * @returns undefined where what was said while it was open stays so
 */
export function summarizeEnd({
  cause,
  target,
  targetKind,
  nodes,
  vmCount,
  summary,
}: EndedIncident): string | undefined {
  const vms = vmCount === 1 ? '1 VM was' : `${vmCount} VMs were`;
  const count = nodes.length === 1 ? '1 node' : `${nodes.length} nodes`;
  const all = `${vmCount} VMs ${ofTarget({ target, targetKind })}`;
  switch (cause) {
    case 'fleet_lost':
      return `Most nodes did not answer; ${vms} affected`;
    case 'zone_lost':
      return `${count} of ${target} did not answer; ${vms} affected`;
    case 'node_lost':
      return `Node ${target} did not answer; ${vms} affected`;
    case 'management_lost':
      return `${count} of ${target} ran, and servers did not hear them; ${vms} affected`;
    case 'agent_unresponsive':
      return `The agent of node ${target} did not respond; the node was alive`;
    case 'machine_missing':
      return `${vms} gone from node ${target}`;
    case 'crash_loop':
      return vmCount === 1
        ? `${target} stopped again and again, and was given up`
        : `${all} stopped again and again, and were given up`;
    case 'unhealthy':
      if (isOfProcesses({ summary })) {
        return vmCount === 1
          ? `${PROCESS} of ${target} answered nothing`
          : `${PROCESS}es of ${all} answered nothing`;
      }
      return vmCount === 1
        ? `The health check of ${target} failed`
        : `The health checks of ${all} failed`;
    default:
      return undefined;
  }
}
