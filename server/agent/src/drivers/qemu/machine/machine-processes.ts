/** The processes that run machines: those that are recorded, and those that are not. */
import type { VmId } from '@novacron/contract/ids';
import type { Places } from '../files/directories.ts';
import { writeStored } from '../files/stored-json.ts';
import { findByMonitor, isRunning, type ProcessRecord } from './machine-process.ts';
import type { MachineRecords } from './machine-records.ts';

/** The process of a machine. */
export interface MachineProcess extends Pick<ProcessRecord, 'pid' | 'start_time'> {
  readonly vm_id: VmId;
}

interface Entry {
  process: ProcessRecord | undefined;
}

/**
 * Finds the recorded processes that run, and those that an agent had not recorded when it died.
 * @param entries - get their processes
 * @returns the processes of machines that have no record
 */
export function findProcesses(
  places: Places,
  records: MachineRecords,
  entries: ReadonlyMap<VmId, Entry>,
): ReadonlyMap<VmId, ProcessRecord> {
  const found = new Map(findByMonitor((path) => places.vmOfMonitor(path)));
  for (const [vmId, entry] of entries) {
    const known = records.readProcess(vmId);
    const process = found.get(vmId);
    found.delete(vmId);
    if (known !== undefined && isRunning(known)) entry.process = known;
    else if (process !== undefined) {
      entry.process = process;
      writeStored(places.process(vmId), process);
    }
  }
  return found;
}

/** Lists all of them. @param lost - those of machines without a record */
export function listProcesses(
  entries: ReadonlyMap<VmId, Entry>,
  lost: ReadonlyMap<VmId, ProcessRecord>,
): readonly MachineProcess[] {
  const known = [...entries].flatMap(([vm_id, { process }]) =>
    process === undefined ? [] : [{ vm_id, process }],
  );
  const others = [...lost].map(([vm_id, process]) => ({ vm_id, process }));
  return [...known, ...others].map(({ vm_id, process: { pid, start_time } }) => ({
    vm_id,
    pid,
    start_time,
  }));
}
