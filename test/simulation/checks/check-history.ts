/**
 * The history of each resource: what the audit log says was done, in order, must lead to exactly
 * what is stored now, and every operation has left its traces.
 */
import { canonicalJson, type Json } from '@novacron/contract/json';
import { type Books, desiredOf } from './books.ts';

type Operation = Books['operations'][number];
type AuditEntry = Books['audit'][number];

/** A write as both records tell it. */
export interface Deed {
  readonly operation: Operation;
  readonly entry: AuditEntry;
}

/** Every write of every resource, in order; resources by id. */
export type Histories = ReadonlyMap<string, readonly Deed[]>;

/** Pairs operations with their audit entries; complains where one has no partner. */
export function readHistories(books: Books): {
  readonly histories: Histories;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const histories = new Map<string, Deed[]>();
  const entries = new Map<string, AuditEntry[]>();
  for (const entry of books.audit.filter(isOfItsOwn)) {
    entries.set(entry.resource_id, [...(entries.get(entry.resource_id) ?? []), entry]);
  }
  for (const operation of books.operations) {
    const { target_id, kind } = operation;
    const reported = entries.get(target_id) ?? [];
    const entry = reported.find((each) => isOf(operation, each));
    if (entry === undefined) {
      faults.push(`${operation.id} (${kind}) has no audit entry`);
      continue;
    }
    reported.splice(reported.indexOf(entry), 1);
    histories.set(target_id, [...(histories.get(target_id) ?? []), { operation, entry }]);
  }
  for (const [id, left] of entries) {
    for (const entry of left) faults.push(`${entry.id} records a ${entry.operation} of ${id}`);
  }
  return { histories, faults };
}

/** Both records of a write carry its moment; those of a client's carry its request as well. */
function isOf({ kind, created_at_ms, definition_json }: Operation, entry: AuditEntry): boolean {
  const { requestId } = JSON.parse(definition_json);
  if (requestId !== undefined && requestId !== entry.request_id) return false;
  return entry.operation === kind && entry.at_ms === created_at_ms;
}

/** Reservations end by themselves, or with a VM: the accounts are held against what is left. */
const ENDS_OF_RESERVATIONS = ['reservation.use', 'reservation.expire'];

/** An observed change of a VM or a snapshot, which has no actor. */
const OBSERVED = /^(vm[.](running|stopped|unknown)|snapshot[.](lost|found))$/;

/** A delete of a VM is recorded at its volumes as well. */
function isOfItsOwn({ outcome, operation, resource_kind }: AuditEntry): boolean {
  if (ENDS_OF_RESERVATIONS.includes(operation) || OBSERVED.test(operation)) return false;
  return outcome === 'done' && operation.startsWith(`${resource_kind}.`);
}

type Fields = Readonly<Record<string, Json>>;

/** @returns a sentence for each resource that is not what its history says */
export function checkHistories(books: Books, histories: Histories): string[] {
  const rows = [
    ...books.vms,
    ...books.networks,
    ...books.volumes,
    ...books.snapshots,
    ...books.policies,
  ];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const detached = detachmentsIn(books, histories);
  const retries = retriesIn(books);
  const faults: string[] = [];
  for (const [id, deeds] of histories) {
    if (id.startsWith('rsv_')) continue;
    const steps = [...deeds, ...(detached.get(id) ?? [])].filter(changesFields);
    const inOrder = sortBy(steps, (deed) => retries.get(deed.operation.id) ?? deed.entry.id);
    const reported = tell(id, inOrder, { retries, faults });
    const row = byId.get(id);
    byId.delete(id);
    const is = row === undefined ? 'gone' : canonicalJson(filled(desiredOf(row)));
    const expected = reported === undefined ? 'gone' : canonicalJson(filled(reported));
    if (is !== expected) faults.push(`${id} is ${is}; its history says ${expected}`);
  }
  for (const id of byId.keys()) faults.push(`${id} exists and was never created`);
  return faults;
}

/** Tidying up behind a VM changes nothing of it. */
function changesFields({ operation }: Deed): boolean {
  return operation.kind !== 'vm.cleanup';
}

function sortBy(deeds: readonly Deed[], keyOf: (deed: Deed) => string): readonly Deed[] {
  return [...deeds].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

/**
 * Returns the audit entries of retries of stuck operations: each operation took place when it was
 * retried.
 */
function retriesIn({ audit }: Books): ReadonlyMap<string, string> {
  const entries = audit.filter(
    ({ operation, outcome }) => operation === 'operation.retry' && outcome === 'done',
  );
  return new Map(
    entries.map(({ id, changes_json }) => {
      const words = String(JSON.parse(changes_json).operation.is);
      return [words.slice(words.indexOf(' ') + 1), id];
    }),
  );
}

/** Volumes that lost their VM: reported by the volume's entry, done if the VM's delete was. */
function detachmentsIn(books: Books, histories: Histories): Map<string, Deed[]> {
  const found = new Map<string, Deed[]>();
  const entries = books.audit.filter(
    ({ outcome, operation, resource_kind }) =>
      outcome === 'done' && operation === 'vm.delete' && resource_kind === 'volume',
  );
  for (const entry of entries) {
    const vmId = String(JSON.parse(entry.changes_json).attached_to.was);
    const ofVm = histories.get(vmId)?.find((deed) => deed.entry.request_id === entry.request_id);
    if (ofVm === undefined) continue;
    const deeds = found.get(entry.resource_id) ?? [];
    found.set(entry.resource_id, [...deeds, { operation: ofVm.operation, entry }]);
  }
  return found;
}

/** Replays the history; returns the resource at its end. */
function tell(
  id: string,
  deeds: readonly Deed[],
  { retries, faults }: { readonly retries: ReadonlyMap<string, string>; readonly faults: string[] },
): Fields | undefined {
  let fields: Fields | undefined;
  for (const { operation, entry } of deeds) {
    const isEnd = operation.kind.endsWith('.delete') && operation.target_id === id;
    const isMade = operation.kind.endsWith('.create') && operation.status !== 'failed';
    if (operation.status !== 'succeeded' && !isMade) continue;
    const changes: Readonly<Record<string, { was: Json; is: Json }>> = JSON.parse(
      entry.changes_json,
    );
    for (const [name, { was }] of Object.entries(changes)) {
      const before = fields?.[name] ?? null;
      if (canonicalJson(before) === canonicalJson(was) || retries.has(operation.id)) continue;
      faults.push(`${entry.id} found ${name} of ${id} ${JSON.stringify(was)}, not ${before}`);
    }
    const news = Object.entries(changes).map(([name, { is }]) => [name, is] as const);
    fields = isEnd ? undefined : { ...fields, ...Object.fromEntries(news) };
  }
  return fields;
}

/** A field that is null is one that is not there. */
function filled(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
