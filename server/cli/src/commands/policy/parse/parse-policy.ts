/** `novacron policy parse`: the syntax tree of a policy. */
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import { type JsonTree, parseTree } from '@novacron/rego/tools/parse-tree';
import { unevaluatedFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { isFields } from '../../../output/fields.ts';
import { problemLine } from '../files/problem-line.ts';

/** Policy to parse. */
export interface ParseRequest {
  /** `-` is standard input. */
  readonly file: string;
  readonly regoVersion: 'auto' | RegoVersion;
}

/** Parses a text. Failures: wrong usage; nothing evaluated, where it does not parse. */
export async function parsePolicy(
  io: Pick<CliIo, 'readText'>,
  { file, regoVersion }: ParseRequest,
): Promise<Outcome> {
  const text = await readTextFile(io, file, 'a policy');
  if (!text.ok) return { failure: text.error };
  const tree = parseTree(text.value, { file, regoVersion });
  if (!tree.ok) {
    return { failure: unevaluatedFailure(tree.error.map(problemLine).join('').trimEnd()) };
  }
  const { value } = tree;
  if (!isFields(value)) throw new Error('A syntax tree is an object.');
  return { document: { kind: 'report', value, text: linesOf(tree.value, 0).join('') } };
}

type Members = { readonly [name: string]: JsonTree };

/** A node a line, its parts below it, with the row and column where it begins. */
function linesOf(tree: JsonTree, depth: number): readonly string[] {
  if (isList(tree)) return tree.flatMap((item) => linesOf(item, depth));
  if (tree === null || typeof tree !== 'object') return [line(depth, JSON.stringify(tree), {})];
  const { type, value, location: _, ...members } = tree;
  if (typeof type === 'string') {
    const isLeaf = typeof value !== 'object' || value === null;
    if (isLeaf) return [line(depth, `${type} ${JSON.stringify(value)}`, tree)];
    return [line(depth, type, tree), ...linesOf(value ?? null, depth + 1)];
  }
  return Object.entries(members).flatMap(([name, member]) =>
    memberLines(name, member, depth, tree),
  );
}

/** Lists of imports and rules have a heading for each item. */
function memberLines(
  name: string,
  member: JsonTree,
  depth: number,
  parent: Members,
): readonly string[] {
  const isTree = typeof member === 'object' && member !== null;
  if (!isTree) return [line(depth, `${name} ${JSON.stringify(member)}`, {})];
  const singular = SINGULAR[name];
  if (singular !== undefined && isList(member)) {
    return member.flatMap((item) => [
      line(depth, singular, isList(item) || typeof item !== 'object' || item === null ? {} : item),
      ...linesOf(item, depth + 1),
    ]);
  }
  const place = isList(member) || member.location !== undefined ? member : parent;
  return [line(depth, name, isList(place) ? {} : place), ...linesOf(member, depth + 1)];
}

const SINGULAR: Readonly<Record<string, string>> = {
  imports: 'import',
  rules: 'rule',
  annotations: 'annotation',
  comments: 'comment',
};

function line(depth: number, text: string, { location }: Members): string {
  const place =
    location === undefined || location === null || typeof location !== 'object' || isList(location)
      ? ''
      : `  ${String(location.row)}:${String(location.col)}`;
  return `${'  '.repeat(depth)}${text}${place}\n`;
}

function isList(tree: JsonTree): tree is readonly JsonTree[] {
  return Array.isArray(tree);
}
