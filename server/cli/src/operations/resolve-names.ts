/** Puts ids in the place of names, wherever an operation asks for an id. */

import { SELF } from '@novacron/contract/kinds/security-group/firewall';
import {
  isOperationName,
  type OperationName,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { commandWord } from '@novacron/contract/schema/resource-definition';
import type { TableCommand } from '../arguments/command-table.ts';
import { type FieldSchema, nounsOf, withoutNull } from '../arguments/field-schema.ts';
import { GivenMembers } from '../arguments/given-values.ts';
import type { InputFlag } from '../arguments/input-flags.ts';
import { hasNames, isAbout, isIdOf, NOUNS, wordsOf } from '../arguments/nouns.ts';
import { listAll } from '../client/list-all.ts';
import type { Session } from '../client/session.ts';
import { type Failure, problemFailure } from '../failures/failure.ts';
import { type Fields, isFields } from '../output/fields.ts';
import { unknownName } from './unknown-name.ts';

/**
 * Replaces every name in an input by the id that it stands for; ids stay.
 * Failures: `not-found` for a name that nothing has, wrong words for one that several have.
 */
export async function resolveNames(
  session: Session,
  command: TableCommand,
  input: Fields,
): Promise<Result<Fields, Failure>> {
  const resolved: Record<string, unknown> = { ...input };
  const flags = command.argument === undefined ? [] : [command.argument];
  for (const flag of [...flags, ...command.flags]) {
    const { field, schema } = flag;
    const nouns = nounsAsked(flag, resolved);
    const context = { field, schema, nouns, tenant: tenantIn(resolved) };
    const value = await resolveValue(session, context, resolved[field]);
    if (!value.ok) return value;
    if (value.value !== undefined) resolved[field] = value.value;
  }
  return ok(resolved);
}

/** The tenant in which names are looked up, where it is another one than the caller's. */
function tenantIn({ tenant }: Fields): string | undefined {
  return typeof tenant === 'string' ? tenant : undefined;
}

/** A field that takes any resource is narrowed by the kind that stands beside it. */
function nounsAsked(flag: InputFlag, input: Fields): readonly string[] {
  const kind = input.resource_kind;
  return flag.nouns.length > 1 && typeof kind === 'string' ? [kind] : flag.nouns;
}

interface NameContext {
  readonly field: string;
  readonly schema: FieldSchema;
  readonly nouns: readonly string[];
  readonly tenant: string | undefined;
}

/** Resolves names wherever ids are in a value: in lists and in members of objects, too. */
async function resolveValue(
  session: Session,
  context: NameContext,
  value: unknown,
): Promise<Result<unknown, Failure>> {
  const { field, nouns, schema, tenant } = context;
  if (typeof value === 'string') {
    const isOther = nouns.length === 0 || (value === SELF && field === 'group_id');
    return isOther ? ok(value) : findId(session, { nouns, text: value, tenant });
  }
  if (value instanceof GivenMembers) {
    const members = await resolveValue(session, context, value.values);
    return members.ok ? ok(new GivenMembers(Object(members.value))) : members;
  }
  if (Array.isArray(value)) {
    const inside = { ...context, schema: schema.items ?? {} };
    const resolved: unknown[] = [];
    for (const item of value) {
      const found = await resolveValue(session, inside, item);
      if (!found.ok) return found;
      resolved.push(found.value);
    }
    return ok(resolved);
  }
  return isPlain(value) ? resolveMembers(session, context, value) : ok(value);
}

async function resolveMembers(
  session: Session,
  { schema, tenant }: NameContext,
  value: Fields,
): Promise<Result<unknown, Failure>> {
  const resolved: Record<string, unknown> = { ...value };
  for (const [field, property] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(value, field)) continue;
    const inside = withoutNull(property);
    const nouns = nounsOf(field, inside.items ?? inside);
    const found = await resolveValue(
      session,
      { field, schema: inside, nouns, tenant },
      value[field],
    );
    if (!found.ok) return found;
    resolved[field] = found.value;
  }
  return ok(resolved);
}

/** Objects as documents have them; what a flag gave in parts is of a class. */
function isPlain(value: unknown): value is Fields {
  return isFields(value) && Object.getPrototypeOf(value) === Object.prototype;
}

interface Match {
  readonly noun: string;
  readonly id: string;
}

/**
 * The id that a text names among some nouns. A text in the form of an id is one.
 * Failures: as {@link resolveNames}.
 */
export function resolveName(
  session: Session,
  nouns: readonly string[],
  text: string,
): Promise<Result<string, Failure>> {
  return findId(session, { nouns, text, tenant: undefined });
}

interface Sought {
  readonly nouns: readonly string[];
  readonly text: string;
  readonly tenant: string | undefined;
}

async function findId(
  session: Session,
  { nouns, text, tenant }: Sought,
): Promise<Result<string, Failure>> {
  const named = nouns.filter(hasNames);
  // What has no names, such as an operation, is the server's to judge.
  if (isIdOf(nouns, text) || named.length === 0) return ok(text);
  const matches: Match[] = [];
  const damaged: string[] = [];
  for (const noun of named) {
    const found = await findByName(session, noun, { name: text, tenant });
    if (!found.ok) return found;
    matches.push(...found.value.matches);
    damaged.push(...found.value.damaged);
  }
  const [first] = matches;
  if (first === undefined) {
    const [detail] = damaged;
    if (detail !== undefined) return err(problemFailure(unreadable(detail)));
    return err(problemFailure(await missingName(session, named, { name: text, tenant })));
  }
  if (matches.length > 1) return err(problemFailure(severalOfName(matches, text)));
  return ok(first.id);
}

function listOf(noun: string): OperationName | undefined {
  const name = `${noun}.list`;
  return isOperationName(name) ? name : undefined;
}

async function findByName(
  session: Session,
  noun: string,
  { name, tenant }: { readonly name: string; readonly tenant: string | undefined },
): Promise<Result<Found, Failure>> {
  const damaged: string[] = [];
  const operation = listOf(noun);
  if (operation === undefined) return ok({ matches: [], damaged });
  const { shape } = operationRow(operation).input;
  const isScoped = tenant !== undefined && Object.hasOwn(shape, 'tenant');
  const input = {
    ...(Object.hasOwn(shape, 'name') ? { name } : {}),
    ...(isScoped ? { tenant } : {}),
  };
  const onDamaged = (detail: string) => damaged.push(detail);
  const items = await listAll(session, { operation, input, onDamaged });
  if (!items.ok) return items;
  const named = items.value.filter((item) => nameOf(noun, item) === name);
  // Of several about the same thing the one that is not over is meant.
  const open = named.filter(({ state }) => isAbout(noun) && state !== 'resolved');
  const ids = (open.length === 0 ? named : open).map((item) => item.id);
  const matches = ids.filter((id) => typeof id === 'string').map((id) => ({ noun, id }));
  // A list that is not narrowed to the name says nothing of it.
  return ok({ matches, damaged: 'name' in input ? damaged : [] });
}

function nameOf(noun: string, { name, target }: Fields): unknown {
  return isAbout(noun) ? target : name;
}

/** Matching resources, and the server's messages about unreadable ones. */
interface Found {
  readonly matches: readonly Match[];
  readonly damaged: readonly string[];
}

function unreadable(detail: string) {
  return problem('store-damaged', {
    detail,
    remedy: 'Use the ID that is named there, or restore a backup.',
  });
}

/** At most these items are read to find names that are close. */
const COMPARED_MAX = 1_000;

/** The problem about a name that nothing has, with names that are close. */
async function missingName(
  session: Session,
  nouns: readonly string[],
  { name, tenant }: { readonly name: string; readonly tenant: string | undefined },
): Promise<Problem> {
  const known: string[] = [];
  for (const noun of nouns) {
    const operation = listOf(noun);
    if (operation === undefined) continue;
    const { shape } = operationRow(operation).input;
    const isScoped = tenant !== undefined && Object.hasOwn(shape, 'tenant');
    const items = await listAll(session, {
      operation,
      input: isScoped ? { tenant } : {},
      itemsMax: COMPARED_MAX,
      onDamaged: () => undefined,
    });
    // It only adds a hint: what cannot be read has none.
    if (items.ok) known.push(...items.value.map((item) => String(nameOf(noun, item))));
  }
  return unknownName({
    head: headOf(nouns),
    name,
    known,
    lists: nouns.map((noun) => `${commandWord(noun, NOUNS[noun])} list`),
    ...(nouns.includes('incident') ? { shown: 'what incidents are about, and their IDs' } : {}),
    ...(nouns.includes('alert') ? { shown: 'what alerts are about, and their IDs' } : {}),
  });
}

/** The nouns at the beginning of a sentence: `VM`, `Network, volume or VM`. */
function headOf(nouns: readonly string[]): string {
  const list = nouns.map((each) => wordsOf(each));
  const words = [list.slice(0, -1).join(', '), ...list.slice(-1)].filter(Boolean).join(' or ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function severalOfName(matches: readonly Match[], name: string) {
  const found = matches.map(({ noun, id }) => `${wordsOf(noun)} ${id}`).join(', ');
  return problem('reference-unknown', {
    detail: `The name ${JSON.stringify(name)} is ambiguous: ${found}.`,
    remedy: 'Use one of these IDs.',
  });
}
