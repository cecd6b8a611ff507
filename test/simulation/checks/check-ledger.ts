/** Checks responses to clients against the state: no acknowledged write is lost or done twice. */
import { canonicalJson, type Json } from '@novacron/contract/json';
import { type Acknowledged, type Intent, keyOf, type Ledger } from '../clients/ledger.ts';
import type { Books } from './books.ts';
import type { Deed, Histories } from './check-history.ts';

/** Fields of inputs that are about the request, not about the resource. */
const ABOUT_THE_REQUEST = ['id', 'if_revision', 'idempotency_key', 'node'];

/** @returns a sentence for each promise that was not kept */
export function checkLedger(ledger: Ledger, books: Books, histories: Histories): string[] {
  const all = [...histories.values()].flat();
  const deeds = new Map<string, (typeof all)[number]>(all.map((deed) => [deed.operation.id, deed]));
  return [
    ...ledger.complaints,
    ...ledger.acknowledged.flatMap((each) => checkAcknowledged(each, deeds.get(each.operationId))),
    ...checkEndings(ledger, deeds),
    ...checkRevisions(ledger, books),
    ...checkKeys(ledger, books, histories),
  ];
}

function checkAcknowledged(
  { intent, ...reported }: Acknowledged,
  deed: Deed | undefined,
): string[] {
  const what = `the acknowledged ${intent.name} ${reported.operationId}`;
  if (deed === undefined) return [`${what} is lost`];
  const { operation, entry } = deed;
  if (operation.kind !== intent.name || operation.target_id !== reported.resourceId) {
    return [`${what} was ${operation.kind} of ${operation.target_id}`];
  }
  if (operation.tenant_id !== intent.tenantId) return [`${what} was done for another tenant`];
  const changes: Readonly<Record<string, { is: Json }>> = JSON.parse(entry.changes_json);
  return Object.entries(intent.input).flatMap(([name, value]) => {
    const change = changes[name];
    if (change === undefined || ABOUT_THE_REQUEST.includes(name)) return [];
    if (canonicalJson(change.is) === canonicalJson(value)) return [];
    return [`${what} made ${name} ${JSON.stringify(change.is)}, not ${JSON.stringify(value)}`];
  });
}

function checkEndings(ledger: Ledger, deeds: ReadonlyMap<string, Deed>): string[] {
  return [...ledger.endings].flatMap(([id, seen]) => {
    const is = deeds.get(id)?.operation.status;
    // What is stuck may be tried again.
    return is === seen || seen === 'stuck' ? [] : [`${id} was seen ${seen} and is ${is}`];
  });
}

function checkRevisions(ledger: Ledger, books: Books): string[] {
  const rows = [...books.vms, ...books.networks, ...books.volumes, ...books.policies];
  const byId = new Map(rows.map(({ id, revision }) => [id, revision]));
  return ledger.acknowledged.flatMap(({ resourceId, revision = 0 }) => {
    const is = byId.get(resourceId) ?? revision;
    return is >= revision ? [] : [`${resourceId} was at revision ${revision} and is at ${is}`];
  });
}

/** Under one key there is one resource at a time, until the key is confirmed. */
function checkKeys(ledger: Ledger, books: Books, histories: Histories): string[] {
  const alive = new Set([...books.vms, ...books.networks, ...books.volumes].map(({ id }) => id));
  const keys = new Map<string, Set<string>>();
  for (const intent of ledger.intents) {
    const key = keyOf(intent);
    const id = `${intent.tenantId}/${key}`;
    if (key === undefined || ledger.freedKeys.has(id)) continue;
    keys.set(id, new Set([...(keys.get(id) ?? []), ...intent.requestIds]));
  }
  const doubles = [...keys].flatMap(([key, requestIds]) => {
    const made = madeBy(requestIds, histories).filter((id) => alive.has(id));
    return made.length <= 1 ? [] : [`${key} made ${made.join(' and ')}`];
  });
  const rebuffs = ledger.refused.flatMap(({ intent, problem }) => {
    const requestIds = keys.get(`${intent.tenantId}/${keyOf(intent)}`);
    if (problem.code !== 'name-taken' || requestIds === undefined) return [];
    const holder = String(problem.data?.resource_id);
    const isItsOwn = madeBy(requestIds, histories, intent).includes(holder);
    return isItsOwn ? [`a repeat of ${intent.name} was refused for its own ${holder}`] : [];
  });
  return [...doubles, ...rebuffs];
}

/**
 * Resources that these requests made; those of one intent only, if it is given. A create that got
 * stuck gives its key back, as one that failed does.
 */
function madeBy(
  requestIds: ReadonlySet<string>,
  histories: Histories,
  same?: Intent,
): readonly string[] {
  return [...histories].flatMap(([id, [first]]) => {
    if (first?.operation.status !== 'succeeded') return [];
    if (!requestIds.has(first.entry.request_id)) return [];
    const isSame = same === undefined || same.input.name === first.operation.target_name;
    return isSame ? [id] : [];
  });
}
