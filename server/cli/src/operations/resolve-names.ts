/** Puts ids in the place of names, wherever an operation asks for an id. */
import {
  isOperationName,
  type OperationName,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { commandWord } from '@novacron/contract/schema/resource-definition';
import type { TableCommand } from '../arguments/command-table.ts';
import type { InputFlag } from '../arguments/input-flags.ts';
import { isIdOf, NOUNS, wordsOf } from '../arguments/nouns.ts';
import { listAll } from '../client/list-all.ts';
import type { Session } from '../client/session.ts';
import { type Failure, problemFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';

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
    const text = resolved[flag.field];
    if (flag.nouns.length === 0 || typeof text !== 'string') continue;
    const id = await resolveName(session, nounsAsked(flag, resolved), text);
    if (!id.ok) return id;
    resolved[flag.field] = id.value;
  }
  return ok(resolved);
}

/** A field that takes any resource is narrowed by the kind that stands beside it. */
function nounsAsked(flag: InputFlag, input: Fields): readonly string[] {
  const kind = input.resource_kind;
  return flag.nouns.length > 1 && typeof kind === 'string' ? [kind] : flag.nouns;
}

interface Match {
  readonly noun: string;
  readonly id: string;
}

/**
 * The id that a text names among some nouns. A text in the form of an id is one.
 * Failures: as {@link resolveNames}.
 */
export async function resolveName(
  session: Session,
  nouns: readonly string[],
  text: string,
): Promise<Result<string, Failure>> {
  const named = nouns.filter((noun) => listOf(noun) !== undefined && hasNames(noun));
  // What has no names, such as an operation, is the server's to judge.
  if (isIdOf(nouns, text) || named.length === 0) return ok(text);
  const matches: Match[] = [];
  for (const noun of named) {
    const found = await findByName(session, noun, text);
    if (!found.ok) return found;
    matches.push(...found.value);
  }
  const [first] = matches;
  if (first === undefined) return err(problemFailure(unknownName(named, text)));
  if (matches.length > 1) return err(problemFailure(severalOfName(matches, text)));
  return ok(first.id);
}

function listOf(noun: string): OperationName | undefined {
  const name = `${noun}.list`;
  return isOperationName(name) ? name : undefined;
}

function hasNames(noun: string): boolean {
  return noun !== 'operation';
}

async function findByName(
  session: Session,
  noun: string,
  name: string,
): Promise<Result<readonly Match[], Failure>> {
  const operation = listOf(noun);
  if (operation === undefined) return ok([]);
  const takesName = Object.hasOwn(operationRow(operation).input.shape, 'name');
  const items = await listAll(session, { operation, input: takesName ? { name } : {} });
  if (!items.ok) return items;
  const ids = items.value.filter((item) => item.name === name).map((item) => item.id);
  return ok(ids.filter((id) => typeof id === 'string').map((id) => ({ noun, id })));
}

function unknownName(nouns: readonly string[], name: string) {
  const lists = nouns.map((noun) => `\`novacron ${commandWord(noun, NOUNS[noun])} list\``);
  const commands = lists.join(', ');
  return problem('not-found', {
    detail: `${headOf(nouns)} ${JSON.stringify(name)} not found.`,
    remedy: `Run ${commands} to see names and IDs.`,
  });
}

/** The nouns at the beginning of a sentence: `VM`, `Network, volume or VM`. */
function headOf(nouns: readonly string[]): string {
  const list = nouns.map(wordsOf);
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
