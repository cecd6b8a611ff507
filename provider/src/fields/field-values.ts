/** Converts between Terraform's values and the contract's inputs and answers. */

import { equalJson } from '@novacron/contract/json';
import { withoutEmptyValues } from '@novacron/contract/schema/empty-value';
import { type Field, type FieldTable, normalizedValue } from '@novacron/contract/schema/field';
import { isRecord } from '../cty/is-record.ts';
import { isUnknown } from '../cty/unknown.ts';
import type { ResourceAnswer } from '../rpc/session.ts';
import { normalizeStrings } from './normalize-strings.ts';

/** Values by attribute. */
export type Values = Readonly<Record<string, unknown>>;

/** The known values of the fields that users set. */
export interface KnownInput {
  readonly input: Record<string, unknown>;
  /** Names of the fields whose values are not known yet; paths inside of a template. */
  readonly unknown: string[];
}

/** Splits planned values into known values and the names of unknown ones. */
export function knownInput(table: FieldTable, values: Values): KnownInput {
  const input: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const name of userFields(table)) {
    const value = values[name];
    if (isOpen(table, name, values)) addOpen({ input, unknown }, { name, row: table[name], value });
    else if (!isNone(table[name], value)) input[name] = toSent(table[name], value);
  }
  return { input, unknown };
}

/** Returns the values without those that are unknown or contain unknown ones. */
export function knownValues(values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !containsUnknown(value)));
}

/** Returns the fields that differ between two sets of values, as an update sends them. */
export function changedInput(table: FieldTable, before: Values, after: Values): KnownInput {
  const input: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const name of userFields(table)) {
    const value = after[name];
    if (isOpen(table, name, after)) addOpen({ input, unknown }, { name, row: table[name], value });
    else if (!sameValue(table[name], before[name], after[name])) {
      input[name] = toSent(table[name], after[name]) ?? null;
    }
  }
  return { input, unknown };
}

/**
 * Whether a configured value means the same as null: `""`, `[]` and `{}` of optional arguments. The
 * state keeps what the configuration says; requests, comparisons and checks treat it as absent.
 */
export function isNone(field: Field | undefined, value: unknown): boolean {
  return (withoutNone(field, value) ?? null) === null;
}

/** Returns a value without its empty parts; one that is not wholly known stays as it is. */
function withoutNone(field: Field | undefined, value: unknown): unknown {
  if (field === undefined || containsUnknown(value)) return value;
  return withoutEmptyValues(field, value);
}

/** Returns a value as requests contain it: without its empty parts. */
function toSent(field: Field | undefined, value: unknown): unknown {
  return withoutNull(field, withoutNone(field, value));
}

/**
 * A value without the members that are null, which is what a missing one means: a server of
 * another release may refuse members that it does not know.
 */
function withoutNull(field: Field | undefined, value: unknown): unknown {
  const inside = field?.inside;
  if (inside === undefined || !isRecord(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(
    members.map(([name, member]) => [name, withoutNull(inside[name], member)]),
  );
}

/** Adds a value that is not wholly known: of a template its known members, of others nothing. */
function addOpen(
  { input, unknown }: KnownInput,
  { name, row, value }: { readonly name: string; readonly row: Field | undefined; value: unknown },
): void {
  if (row?.isTemplate !== true || !isRecord(value)) {
    unknown.push(name);
    return;
  }
  const open = Object.keys(value).filter((member) => containsUnknown(value[member]));
  input[name] = toSent(row, knownValues(value));
  unknown.push(...open.map((member) => `${name}.${member}`));
}

/** Whether a value is unknown, or the one that it belongs to: the network of an address. */
function isOpen(table: FieldTable, name: string, values: Values): boolean {
  const { isAssigned, follows = [] } = table[name] ?? {};
  const sources = isAssigned && (values[name] ?? null) !== null ? follows : [];
  return [name, ...sources].some((each) => containsUnknown(values[each]));
}

/** The names of the fields that the server chooses a value of where the configuration has none. */
export function assignedFields(table: FieldTable, config: Values): readonly string[] {
  return Object.keys(table).filter(
    (name) => table[name]?.isAssigned && isNone(table[name], config[name]),
  );
}

/** Returns the values of some fields, null where there is none. */
export function valuesOf(names: readonly string[], values: Values): Values {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}

/**
 * Converts the server's answer to the state of a resource.
 * @param own - Terraform's values: of equivalent values their spelling is preserved
 */
export function stateOf(
  table: FieldTable,
  answer: ResourceAnswer,
  own: Values,
): Record<string, unknown> {
  const state: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(table)) {
    const { meaning } = field;
    const isSpelling = meaning !== undefined && own[meaning] === answer[meaning];
    const answered = (isSpelling ? own[name] : undefined) ?? normalizeStrings(answer[name]) ?? null;
    state[name] = asSpelled(field, answered, own[name]);
  }
  state.id = answer.id;
  return state;
}

/** Returns an answered value in Terraform's own spelling, where that means the same. */
function asSpelled(field: Field, answered: unknown, own: unknown): unknown {
  if (isRespelled(field, answered, own)) return own;
  const { inside } = field;
  if (inside === undefined || !isRecord(answered) || !isRecord(own)) {
    return asWritten(field, answered, own);
  }
  const spelled = Object.entries(answered).map(([name, value]): [string, unknown] => {
    const row = inside[name];
    if (row === undefined || !isThere(own[name])) return [name, value];
    const isSame =
      isRespelled(row, value, own[name]) ||
      (row.collection === 'set' && sameSpelling(row, value, own[name]));
    return [name, isSame ? own[name] : value];
  });
  return asWritten(field, Object.fromEntries(spelled), own);
}

/** Whether an answer is another spelling of Terraform's own value. */
function isRespelled(field: Field, answered: unknown, own: unknown): boolean {
  if (field.canonical === undefined || (own ?? null) === null || containsUnknown(own)) return false;
  return sameSpelling(field, answered, own);
}

/** Empty values are kept where the configuration has them, and are null elsewhere. */
function asWritten(field: Field, answered: unknown, own: unknown): unknown {
  const plain = withoutEmptyValues(field, answered);
  if ((own ?? null) === null || containsUnknown(own)) return plain;
  // The server chooses the value, but Terraform requires what the configuration says.
  const isChosen = field.isAssigned !== undefined || field.inherits !== undefined;
  if (isNone(field, own) && isChosen) return own;
  if (sameValue(field, plain, own)) {
    return withoutEmptyValues(field, own) === own ? (plain ?? null) : own;
  }
  const { inside } = field;
  if (!isRecord(plain) || !isRecord(own)) return plain;
  // Something else inside has changed; the empty parts stay as configured.
  const parts = Object.entries(plain).map(([name, part]): [string, unknown] => {
    const row = inside?.[name];
    if (row !== undefined) return [name, asWritten(row, part, own[name])];
    const ownPart = own[name];
    return [name, part === null && isEmptyValue(ownPart) ? ownPart : part];
  });
  return Object.fromEntries(parts);
}

function isEmptyValue(value: unknown): boolean {
  if (value === '') return true;
  return typeof value === 'object' && value !== null && Object.values(value).every(isEmptyPart);
}

function isEmptyPart(value: unknown): boolean {
  return (value ?? null) === null || isEmptyValue(value);
}

/** Returns the names of the user's fields whose values differ. */
export function changedFields(table: FieldTable, before: Values, after: Values): string[] {
  return userFields(table).filter((name) => !sameValue(table[name], before[name], after[name]));
}

/** Caches the results of `userFields`: a table never changes, and a plan calls it very often. */
const USER_FIELDS_CACHE = new WeakMap<FieldTable, readonly string[]>();

/** Returns the names of the fields that users set and that plans and states contain. */
function userFields(table: FieldTable): readonly string[] {
  const known = USER_FIELDS_CACHE.get(table);
  if (known !== undefined) return known;
  const names = Object.keys(table).filter((name) => {
    const field = table[name];
    return field?.presence !== 'computed' && field?.secrecy !== 'write-only';
  });
  USER_FIELDS_CACHE.set(table, names);
  return names;
}

/**
 * Returns the write-only values that a create or an update sends: those whose version changes. They
 * exist only in the configuration, which is fully known during an apply.
 * @param before - the state; undefined for a create
 */
export function writeOnlyInput(
  table: FieldTable,
  config: Values,
  change: { readonly before: Values | undefined; readonly after: Values },
): Record<string, unknown> {
  const { before, after } = change;
  const secrets = Object.entries(table).filter(([, { secrecy }]) => secrecy === 'write-only');
  const sent = secrets.filter(([name, { versionedBy: version }]) => {
    if (before === undefined) return !isNone(table[name], config[name]);
    return version !== undefined && !sameValue(table[version], before[version], after[version]);
  });
  return Object.fromEntries(
    sent.map(([name]) => [name, toSent(table[name], config[name]) ?? null]),
  );
}

/**
 * Returns the values that a change does not affect: computed ones whose sources stay the same, and
 * those that are only spelled differently.
 * @param change.respelled - names of the fields that are only spelled differently
 */
export function unchangedValues(
  table: FieldTable,
  change: {
    readonly prior: Values;
    readonly plan: Values;
    readonly respelled: readonly string[];
  },
): Record<string, unknown> {
  const { prior, plan, respelled } = change;
  const settled = Object.entries(table).filter(([name, field]) => {
    if ([name, ...(field.follows ?? [])].some((each) => respelled.includes(each))) return true;
    const { follows, onlyWith } = field;
    if (onlyWith !== undefined && !isThere(prior[onlyWith]) && !isThere(plan[onlyWith]))
      return true;
    if (field.isAssigned && !sameValue(field, prior[name], plan[name])) return false;
    const stays = follows?.every((each) => sameValue(table[each], prior[each], plan[each]));
    if (field.volatility === 'observed') return stays !== false;
    return stays === true && (isThere(prior[name]) || comesFromNothing(follows, prior));
  });
  return Object.fromEntries(settled.map(([name]) => [name, prior[name]]));
}

/**
 * Returns the computed values that the other ones decide, before the server has computed them.
 * @param change.prior - the state; undefined for a create
 */
export function foreseenValues(
  table: FieldTable,
  { prior, plan }: { readonly prior?: Values; readonly plan: Values },
): Record<string, unknown> {
  const change = { before: prior, after: plan };
  const foreseen = Object.entries(table).map(([name, { foresee }]) => [name, foresee?.(change)]);
  return Object.fromEntries(foreseen.filter(([, value]) => value !== undefined));
}

/** Returns the observed values of a plan, which a state has until its next refresh. */
export function observedValues(table: FieldTable, plan: Values): Record<string, unknown> {
  const observed = Object.entries(table).filter(
    ([name, { volatility }]) => volatility === 'observed' && !containsUnknown(plan[name]),
  );
  return Object.fromEntries(observed.map(([name]) => [name, plan[name] ?? null]));
}

function isThere(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : (value ?? null) !== null;
}

/** Whether a value has no source that could determine it: there is no address without a network. */
function comesFromNothing(follows: readonly string[] = [], prior: Values): boolean {
  return follows.length > 0 && !follows.some((name) => isThere(prior[name]));
}

/** Whether a value or a part of it is unknown. */
export function containsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(containsUnknown);
}

/** Compares two values: the order of sets does not matter, and empty parts are none. */
export function sameValue(field: Field | undefined, left: unknown, right: unknown): boolean {
  if (left === right) return true;
  return sameSpelling(field, withoutNone(field, left), withoutNone(field, right));
}

/** The same, but null and an empty value differ, as Terraform's plans require. */
function sameSpelling(field: Field | undefined, left: unknown, right: unknown): boolean {
  return equalJson(compared(field, left) ?? null, compared(field, right) ?? null);
}

/**
 * Returns a value for comparison: in its canonical spelling and all sets sorted, including those
 * inside objects.
 */
function compared(field: Field | undefined, value: unknown): unknown {
  if (field === undefined) return value;
  const kept = normalizedValue(field, canonicalOf(field, value));
  const { inside } = field;
  if (inside === undefined || !isRecord(kept)) return kept;
  const entries = Object.entries(kept).map(([name, each]): [string, unknown] => {
    const inner = inside[name];
    const isSet = inner?.collection === 'set';
    const canonical = canonicalOf(inner, each);
    return [name, isSet ? normalizedValue({ collection: 'set' }, canonical) : canonical];
  });
  return Object.fromEntries(entries);
}

function canonicalOf(field: Field | undefined, value: unknown): unknown {
  return field?.canonical === undefined ? value : field.canonical(value);
}

/** Restores the prior spelling of values that are only spelled differently. */
export function preserveSpelling(table: FieldTable, prior: Values, plan: Values): Values {
  const respelled = userFields(table).filter((name) => {
    const [before, after] = [prior[name], plan[name]];
    if (before === after || containsUnknown(after) || equalJson(before, after)) return false;
    return sameSpelling(table[name], before, after) && (before ?? null) !== null;
  });
  return Object.fromEntries(respelled.map((name) => [name, prior[name]]));
}

/**
 * Restores the prior order of nested lists that were only reordered: NovaCron treats them as sets,
 * but in a Terraform object they are lists.
 */
export function preserveOrder(table: FieldTable, prior: Values, plan: Values): Values {
  const kept = Object.entries(table).flatMap(([name, { inside = {} }]) => {
    const [before, after] = [prior[name], plan[name]];
    if (!isRecord(before) || !isRecord(after)) return [];
    const reordered = Object.entries(inside).filter(([inner, row]) => {
      const [was, is] = [before[inner], after[inner]];
      const isList = row.collection === 'set' && Array.isArray(is) && !containsUnknown(is);
      return isList && !equalJson(was, is) && sameSpelling(row, was, is);
    });
    const lists = reordered.map(([inner]) => [inner, before[inner]]);
    return lists.length === 0 ? [] : [[name, { ...after, ...Object.fromEntries(lists) }]];
  });
  return Object.fromEntries(kept);
}
