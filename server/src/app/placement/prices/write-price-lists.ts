/** Creates, changes and deletes price lists. */
import {
  PRICE_MODELS,
  type PriceDocument,
  type PriceListShown,
} from '@novacron/contract/cost/price-list';
import { PriceListId } from '@novacron/contract/ids';
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PriceListRow } from '../../../ports/tables/cost-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import { notFound, replan, revisionMismatch } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { ledgerCurrency } from './ledger-currency.ts';
import { getPriceList } from './read-price-lists.ts';
import { documentIn, documentOf, inForceOf, toShownPriceList } from './to-price-list.ts';

type Written = Promise<Result<{ readonly resource: PriceListShown }, Problem>>;
type Checked = CheckedObject<{ readonly resource: PriceListShown }>;

/** Creates a list. Problems: `name-taken`, `conflict` for another currency, `policy-denied`. */
export async function createPriceList(
  deps: KernelDeps,
  input: ParsedInputOf<'price_list.create'>,
  context: CallContext,
): Written {
  const show = async (id: string): Written => {
    const found = await getPriceList(deps, { id: PriceListId.parse(id) });
    return found.ok ? ok({ resource: found.value }) : found;
  };
  const check = () => checkPriceListCreate(deps, input, context);
  return admitObject(deps, context, { name: 'price_list.create', check, keyed: { input, show } });
}

/** Checks the creation of a list. */
export async function checkPriceListCreate(
  deps: KernelDeps,
  input: ParsedInputOf<'price_list.create'>,
  { principal }: CallContext,
): Checked {
  const nowMs = deps.clock.nowMs();
  const rows = await deps.store.read({ from: 'price_lists' });
  const row: PriceListRow = {
    id: deps.ids.next('plst'),
    name: input.name,
    currency: input.currency,
    valid_from_ms: input.valid_from === undefined ? nowMs : Date.parse(input.valid_from),
    document_json: canonicalJson(documentIn(input)),
    revision: 1,
    created_at_ms: nowMs,
    created_by: principal.name,
    updated_at_ms: nowMs,
    updated_by: principal.name,
  };
  const namesake = rows.find(({ name }) => name === row.name);
  const other = rows.find(({ currency }) => currency !== row.currency);
  const charged = rows.length === 0 ? await ledgerCurrency(deps.store) : null;
  const taken = nameTaken(row.name, namesake?.id);
  return ok({
    ...writeOf('price_list.create', row),
    before: null,
    wanted: fieldsOf(row),
    found:
      refuseModels(input) ??
      (namesake === undefined ? undefined : taken) ??
      (other === undefined ? undefined : otherCurrency(row, other)) ??
      (charged === null || charged === row.currency ? undefined : chargedIn(charged, row)),
    changes: [{ kind: 'insert', into: 'price_lists', row, otherwise: taken }],
    answer: { resource: toShownPriceList(row, inForceOf([...rows, row], nowMs)) },
  });
}

/** Changes a list, for VMs that are created or changed from now on. */
export function updatePriceList(
  deps: KernelDeps,
  input: ParsedInputOf<'price_list.update'>,
  context: CallContext,
): Written {
  const check = () => checkPriceListUpdate(deps, input, context);
  return admitObject(deps, context, { name: 'price_list.update', check });
}

/** Checks a change of a list. Models that the request leaves out stay, unless it has another. */
export async function checkPriceListUpdate(
  deps: KernelDeps,
  input: ParsedInputOf<'price_list.update'>,
  { principal }: CallContext,
): Checked {
  const current = await findCurrent(deps, input);
  if (!current.ok) return current;
  const { row, rows } = current.value;
  const nowMs = deps.clock.nowMs();
  const next: PriceListRow = {
    ...row,
    valid_from_ms:
      input.valid_from === undefined ? row.valid_from_ms : Date.parse(input.valid_from),
    document_json: canonicalJson(mergeDocument(documentOf(row), documentIn(input))),
    revision: row.revision + 1,
    updated_at_ms: nowMs,
    updated_by: principal.name,
  };
  const { id, ...set } = next;
  const expect = { revision: row.revision };
  const otherwise = replan(`The price list ${row.name}`);
  const after = rows.map((each) => (each.id === id ? next : each));
  return ok({
    ...writeOf('price_list.update', row),
    before: fieldsOf(row),
    wanted: fieldsOf(next),
    found: refuseModels(documentOf(next)),
    changes: [{ kind: 'update', table: 'price_lists', id, set, expect, otherwise }],
    answer: { resource: toShownPriceList(next, inForceOf(after, nowMs)) },
  });
}

/** Deletes a list; what it has priced keeps its prices. */
export function deletePriceList(
  deps: KernelDeps,
  input: ParsedInputOf<'price_list.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = () => checkPriceListDelete(deps, input);
  return admitObject(deps, context, { name: 'price_list.delete', check });
}

/** Checks the deletion of a list. */
export async function checkPriceListDelete(
  deps: KernelDeps,
  input: ParsedInputOf<'price_list.delete'>,
): CheckedObject<Record<string, never>> {
  const current = await findCurrent(deps, input);
  if (!current.ok) return current;
  const { row } = current.value;
  const expect = { revision: row.revision };
  const otherwise = replan(`The price list ${row.name}`);
  return ok({
    ...writeOf('price_list.delete', row),
    before: fieldsOf(row),
    wanted: null,
    found: undefined,
    changes: [{ kind: 'delete', from: 'price_lists', id: row.id, expect, otherwise }],
    answer: {},
  });
}

async function findCurrent(
  { store }: KernelDeps,
  { id, if_revision }: { readonly id: string; readonly if_revision?: number | undefined },
): Promise<
  Result<{ readonly row: PriceListRow; readonly rows: readonly PriceListRow[] }, Problem>
> {
  const rows = await store.read({ from: 'price_lists' });
  const row = rows.find((each) => each.id === id);
  if (row === undefined) return err(notFound('price list', id));
  if (if_revision === undefined || if_revision === row.revision) return ok({ row, rows });
  return err(revisionMismatch('price list', row, if_revision));
}

/** A request with a model replaces the model of the list, whichever that was; null removes. */
function mergeDocument(before: PriceDocument, given: PriceDocument): PriceDocument {
  const chosen = PRICE_MODELS.some((name) => given[name] != null);
  const base = chosen ? withoutModels(before) : before;
  const asked = Object.entries(given).filter(([, value]) => value !== undefined);
  const merged = Object.entries({ ...base, ...Object.fromEntries(asked) });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

function withoutModels({
  node_classes: _classes,
  generic: _generic,
  instance_types: _types,
  ...others
}: PriceDocument): PriceDocument {
  return others;
}

function refuseModels(document: PriceDocument): Problem | undefined {
  const given = PRICE_MODELS.filter((name) => document[name] != null);
  if (given.length < 2) return undefined;
  return problem('validation-failed', {
    detail:
      `A price list has one of ${PRICE_MODELS.join(', ')}; ` +
      `this one has ${given.join(' and ')}.`,
    remedy: 'Give one of them.',
    fields: given.map((name) => ({ path: [name], message: 'must be the only model' })),
  });
}

function otherCurrency(row: PriceListRow, other: PriceListRow): Problem {
  return problem('conflict', {
    detail:
      `The price list ${other.name} is in ${other.currency}, and this one in ${row.currency}: ` +
      'amounts of two currencies do not add up.',
    remedy:
      `Give the prices in ${other.currency}, or, while nothing is charged, first delete ` +
      `the price lists in ${other.currency}.`,
    fields: [{ path: ['currency'], message: `must be ${other.currency}` }],
  });
}

function chargedIn(currency: string, row: PriceListRow): Problem {
  return problem('conflict', {
    detail:
      `The ledger has amounts in ${currency}, and this price list is in ${row.currency}: ` +
      'amounts of two currencies do not add up.',
    remedy:
      `Give the prices in ${currency}. Another currency needs an empty ledger: ` +
      'retention-ledger says when its entries expire.',
    fields: [{ path: ['currency'], message: `must be ${currency}` }],
  });
}

function nameTaken(name: string, id: string | undefined): Problem {
  return problem('name-taken', {
    detail: `There is a price list called ${name}.`,
    remedy: 'Choose another name, or change that price list.',
    fields: [{ path: ['name'], message: `${name} is taken` }],
    ...(id === undefined ? {} : { data: { resource_id: id } }),
  });
}

function writeOf(
  operation: 'price_list.create' | 'price_list.update' | 'price_list.delete',
  { id, name }: PriceListRow,
) {
  return { operation, resourceKind: 'price_list', target: { id, name } } as const;
}

/** What policies read, and the audit log records. */
function fieldsOf(row: PriceListRow): JsonObject {
  // Stored as canonical JSON of what was parsed.
  const document: JsonObject = JSON.parse(row.document_json);
  const { name, currency, valid_from_ms } = row;
  return { name, currency, valid_from: toTimestamp(valid_from_ms), ...document };
}
