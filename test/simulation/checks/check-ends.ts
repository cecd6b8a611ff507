/** Checks of completed operations and remaining resources when nothing is in progress. */
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation/operation';
import { type Books, networkIdsOf } from './books.ts';

/** Whether every operation has ended, every event is published and every audit entry chained. */
export function isQuiet({ operations, events, audit }: Books): boolean {
  const hasPlace = ({ position }: { readonly position: number | null }) => position !== null;
  return operations.every(isOver) && events.every(hasPlace) && audit.every(hasPlace);
}

function isOver({ status }: Books['operations'][number]): boolean {
  return OPERATION_STATUSES_FINAL.some((final) => final === status);
}

function resourcesOf({ vms, networks, volumes, snapshots, policies }: Books) {
  return [...vms, ...networks, ...volumes, ...snapshots, ...policies];
}

/** @returns a sentence for each thing that is not over, or left over */
export function checkEnds(books: Books): string[] {
  const { vms, networks, operations, rules, baselines } = books;
  const rows = resourcesOf(books);
  const known = new Set(rows.map(({ id }) => id));
  const isOrphan = (noun: string | undefined, id: string): boolean =>
    noun === 'vm-attachments' && !known.has(id);
  return [
    ...operations.filter((each) => !isOver(each)).map(({ id, kind }) => `${id} (${kind}) runs on`),
    ...rows
      .filter(({ busy_operation_id }) => busy_operation_id !== null)
      .map(({ id, busy_operation_id }) => `${id} is held by ${busy_operation_id}`),
    ...networks.flatMap(({ id, vm_count }) => {
      const connected = vms.filter((vm) => networkIdsOf(vm).includes(id)).length;
      return vm_count === connected ? [] : [`${id} counts ${vm_count} VMs of ${connected}`];
    }),
    ...rules
      .map(({ id }) => ({ id, words: id.split('/') }))
      .filter(({ words: [noun, of = ''] }) => noun === 'name' || isOrphan(noun, of))
      .map(({ id }) => `the rule ${id} is left over`),
    ...baselines
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => `the baseline of ${id} is left over`),
    ...checkLogs(books),
    ...checkChains(books),
  ];
}

/** Each tenant's audit entries hang in a chain without a missing link. */
function checkChains({ audit }: Books): string[] {
  return [...new Set(audit.map(({ tenant_id }) => tenant_id))].flatMap((tenantId) => {
    const places = audit
      .filter(({ tenant_id }) => tenant_id === tenantId)
      .map(({ position }) => position ?? 0)
      .sort((left, right) => left - right);
    const gap = places.findIndex((place, index) => place !== index + 1);
    return gap < 0 ? [] : [`place ${gap + 1} of the audit chain of ${tenantId} is empty`];
  });
}

function checkLogs({ log, operations }: Books): string[] {
  return operations.flatMap(({ id }) => {
    const seqs = log.filter(({ operation_id }) => operation_id === id).map(({ seq }) => seq);
    const isGapless = seqs.sort((a, b) => a - b).every((seq, index) => seq === index + 1);
    return isGapless ? [] : [`the log of ${id} has a gap: ${seqs}`];
  });
}

/** Checks the state after everything was deleted. */
export function checkEmpty(books: Books): string[] {
  const rows = resourcesOf(books);
  return [
    ...rows.map(({ id }) => `${id} cannot be deleted`),
    ...books.allocations
      .filter(({ vm_id }) => !books.reservations.some(({ id }) => id === vm_id))
      .map(({ id }) => `${id} is held without an owner`),
    ...books.pools
      .filter(({ size_gb_used }) => size_gb_used !== 0)
      .map(({ id }) => `pool ${id} is not empty`),
  ];
}
