/** Explains a diagnosis in words for people. */
import type { CauseKind, Diagnosis } from './model/diagnosis.ts';

/** A cause in words. */
export interface CauseWords {
  /** A sentence. */
  readonly statement: string;
  /** Possible actions for people, a sentence each. */
  readonly advice: readonly string[];
}

/** The causes in words. */
export const CAUSE_WORDS: Readonly<Record<CauseKind, CauseWords>> = {
  servers_cut_off: {
    statement: 'The servers of NovaCron are cut off from the nodes.',
    advice: ['Check the network of the servers and the message bus before any node.'],
  },
  shared_infrastructure: {
    statement: 'A switch or a power supply that the nodes share has failed.',
    advice: ['Check the switches and the power of the rack or zone.'],
  },
  host_failed: {
    statement: 'The host has crashed or lost power.',
    advice: ['Read the power state and the event log of the host at its BMC.'],
  },
  host_unreachable: {
    statement: 'The host may run, and its agent or its management network does not answer.',
    advice: ['Log in at the host and check its network: systemctl status novacron-agent.'],
  },
  node_work: {
    statement: 'A person was working on the node.',
    advice: ['Ask that person; hold healing during further work: novacron healing hold.'],
  },
  node_storage_lost: {
    statement: 'The node has lost the directory of its machines.',
    advice: ['Check that the storage of the node is mounted before VMs are started.'],
  },
  removed_outside: {
    statement: 'Machines were removed at the hypervisor, and not through NovaCron.',
    advice: ['Find out who has access to the hypervisor; then start the VMs again.'],
  },
  guest_kernel: {
    statement: 'The kernel of the guest fails.',
    advice: ['Boot an earlier kernel at the console (novacron vm console VM), or re-image the VM.'],
  },
  guest_memory: {
    statement: 'The guest runs out of memory.',
    advice: ['Give the VM more memory: novacron vm update VM --memory-gb N.'],
  },
  guest_shutdown: {
    statement: 'The guest shuts itself down.',
    advice: ['Look in the guest for what shuts it down, such as a failed boot or a timer.'],
  },
  disk_error: {
    statement: 'A disk of the VM is full or broken.',
    advice: ['Free or add storage at the node, and check its disks, before you start the VM.'],
  },
  hypervisor_process: {
    statement: 'The process of the hypervisor crashes or hangs on this node.',
    advice: ['Move the VM to another node (novacron vm migrate VM), and look at the host.'],
  },
  host_memory: {
    statement: 'The node has too little memory for the VMs on it.',
    advice: ['Move VMs away from the node: novacron vm migrate VM.'],
  },
  recent_change: {
    statement: 'A recent change of the VM or of what it uses.',
    advice: ['Take the change back, or find out what it lacks: novacron audit list.'],
  },
  template_image: {
    statement: 'The image of the template does not boot, or a new version of it does not.',
    advice: ['Try the earlier version of the template with one VM.'],
  },
};

const PERCENT = 100;

/** Explains it. @returns a line for each cause, its evidence indented below */
export function explainDiagnosis({ causes, unexplained }: Diagnosis): string[] {
  const rest = `${percentOf(unexplained)}  Other or unknown cause.`;
  return [
    ...causes.flatMap(({ cause, confidence, findings }) => [
      `${percentOf(confidence)}  ${CAUSE_WORDS[cause].statement}`,
      ...findings.map(({ weight, text }) => `      ${weight === 'against' ? '-' : '+'} ${text}`),
    ]),
    rest,
  ];
}

function percentOf(ratio: number): string {
  return `${Math.round(ratio * PERCENT)} %`.padStart(5);
}
