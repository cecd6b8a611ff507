/**
 * The serial console of a simulated machine, so that consoles can be tried without a hypervisor:
 * a boot log, and a line that repeats what is typed. It says that it is a simulation.
 */
import type { VmId } from '@novacron/contract/ids';
import type { StopReason } from '@novacron/contract/kinds/vm/stop-reason';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ConsoleListener, DriverAnswer, DriverConsole, DriverProblem } from '../driver.ts';
import { type SimulatedMachine, shortageOf } from './machine-store.ts';

/** Parts of a node that the console uses. */
export interface ConsoleNode {
  readonly find: (vmId: VmId) => SimulatedMachine | undefined;
  readonly subscribe: (listener: (event: { readonly vm_id: VmId }) => void) => () => void;
}

/** Opens the console of a machine that runs; it ends when the machine does not run any more. */
export async function openSimulatedConsole(
  node: ConsoleNode,
  vmId: VmId,
  listener: ConsoleListener,
): DriverAnswer<DriverConsole> {
  const machine = node.find(vmId);
  if (machine?.status !== 'running') {
    const status = machine?.status ?? 'not on this node';
    return err({
      message: `${vmId} is ${status}: only a running machine has a console.`,
      next: 'final',
    });
  }
  const say = (text: string): void => listener.onOutput(Buffer.from(text));
  say(bootLogOf(machine));
  let isOpen = true;
  const close = (): void => {
    isOpen = false;
    unsubscribe();
  };
  const unsubscribe = node.subscribe(({ vm_id }) => {
    if (vm_id !== vmId || node.find(vmId)?.status === 'running') return;
    close();
    listener.onEnd();
  });
  return ok({
    close,
    write: async (bytes) => {
      // The CPUs of a paused machine do not answer.
      if (!isOpen || node.find(vmId)?.paused === true) return;
      say(Buffer.from(bytes).toString('utf8').replaceAll('\r', PROMPT));
    },
  });
}

/** Returns the last output of a machine: its boot, and the final message of its guest, if any. */
export function readSimulatedTail(
  machine: SimulatedMachine | undefined,
  vmId: VmId,
): Result<string, DriverProblem> {
  if (machine === undefined) return err({ message: `${vmId} is not on this node.`, next: 'final' });
  const last = machine.status === 'stopped' ? LAST_WORDS.get(machine.stop_reason ?? null) : null;
  const isShort = machine.stop_reason === 'panic' && shortageOf(machine).memory;
  const words = isShort ? `${OUT_OF_MEMORY}\r\n${last}` : last;
  return ok(words ? `${bootLogOf(machine)}\r\n${words}\r\n` : bootLogOf(machine));
}

/** Last messages as Linux writes them, in the colour of an error. */
const LAST_WORDS: ReadonlyMap<StopReason | null, string> = new Map([
  ['panic', '\u001b[31mKernel panic - not syncing: simulated\u001b[0m'],
  ['io_error', '\u001b[31mBuffer I/O error on dev vda1, simulated\u001b[0m'],
]);

const OUT_OF_MEMORY = 'Out of memory: Killed process 1 (init), simulated';

const PROMPT = '\r\n> ';

function bootLogOf({ spec }: SimulatedMachine): string {
  const { name, cpu_cores, memory_mib, disk_gb, template } = spec;
  const lines = [
    'NovaCron simulator: this machine is simulated and has no guest.',
    `boot: ${cpu_cores} cores, ${memory_mib} MiB of memory, a disk of ${disk_gb} GB`,
    `boot: template ${template}`,
    `boot: ${name} is up`,
    'This console repeats what you type.',
  ];
  return `${lines.join('\r\n')}${PROMPT}`;
}
