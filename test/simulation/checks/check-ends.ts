/** What must be over, and what must be left, when nothing is under way. */
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation';
import type { Books } from './books.ts';

/** Whether every operation has ended and every event is published. */
export function isQuiet({ operations, events }: Pick<Books, 'operations' | 'events'>): boolean {
  return operations.every(isOver) && events.every(({ position }) => position !== null);
}

function isOver({ status }: Books['operations'][number]): boolean {
  return OPERATION_STATUSES_FINAL.some((final) => final === status);
}

/** @returns a sentence for each thing that is not over, or left over */
export function checkEnds(books: Books): string[] {
  const { vms, networks, volumes, policies, operations, rules, baselines } = books;
  const rows = [...vms, ...networks, ...volumes, ...policies];
  const known = new Set(rows.map(({ id }) => id));
  return [
    ...operations.filter((each) => !isOver(each)).map(({ id, kind }) => `${id} (${kind}) runs on`),
    ...rows
      .filter(({ busy_operation_id }) => busy_operation_id !== null)
      .map(({ id, busy_operation_id }) => `${id} is held by ${busy_operation_id}`),
    ...networks.flatMap(({ id, vm_count }) => {
      const connected = vms.filter(({ network_id }) => network_id === id).length;
      return vm_count === connected ? [] : [`${id} counts ${vm_count} VMs of ${connected}`];
    }),
    ...rules
      .map(({ id }) => id.split('/'))
      .filter(([noun, id = '']) => noun === 'vm-attachments' && !known.has(id))
      .map(([, id]) => `the attachment rule of ${id} is left over`),
    ...baselines
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => `the baseline of ${id} is left over`),
    ...checkLogs(books),
  ];
}

function checkLogs({ log, operations }: Books): string[] {
  return operations.flatMap(({ id }) => {
    const seqs = log.filter(({ operation_id }) => operation_id === id).map(({ seq }) => seq);
    const isGapless = seqs.sort((a, b) => a - b).every((seq, index) => seq === index + 1);
    return isGapless ? [] : [`the log of ${id} has a gap: ${seqs}`];
  });
}

/** What must be so when everything was deleted. */
export function checkEmpty(books: Books): string[] {
  const rows = [...books.vms, ...books.networks, ...books.volumes, ...books.policies];
  return [
    ...rows.map(({ id }) => `${id} cannot be deleted`),
    ...books.allocations.map(({ id }) => `${id} is held for nobody`),
    ...books.pools
      .filter(({ size_gb_used }) => size_gb_used !== 0)
      .map(({ id }) => `pool ${id} is not empty`),
  ];
}
