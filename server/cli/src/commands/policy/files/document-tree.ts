/** Documents of several files as one, with the file that each part is from. */
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';

/** A part of all documents: one file's value, or members from several files. */
interface Part {
  /** The file that its first member is from. */
  readonly file: string;
  readonly value: unknown;
  /** Filled where files meet here. */
  members?: Map<string, Part>;
}

/** Documents below `data`, by their first name. */
export type DocumentTree = Map<string, Part>;

/** A file with its document. */
export interface PlacedDocument {
  readonly file: string;
  /** The names below `data` where it belongs. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Adds a document. Objects of the same name are merged; anything else that is there twice is a
 * conflict, even when it is equal. Source of the rule: OPA's loader.
 * @returns a problem for each conflict, with both files
 */
export function addDocument(tree: DocumentTree, document: PlacedDocument): readonly RegoProblem[] {
  const { file, path, value } = document;
  const whole = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  if (isObject(whole)) return mergeMembers(tree, whole, file, []);
  const message =
    'a document that is directly below data must be an object; give it a name, or put the file ' +
    'into a folder below the one that is named.';
  return [problemIn(file, message)];
}

/** The documents as one value; undefined where there are none. */
export function toValue(tree: DocumentTree): Readonly<Record<string, unknown>> | undefined {
  return tree.size === 0 ? undefined : Object.fromEntries(valuesOf(tree));
}

/** The file that has something at a path or above it; undefined: no file has. */
export function fileAt(tree: DocumentTree, path: readonly string[]): string | undefined {
  let members: DocumentTree | undefined = tree;
  let part: Part | undefined;
  for (const name of path) {
    part = members?.get(name);
    if (part === undefined) return undefined;
    members = membersOf(part);
    if (members === undefined) return part.file;
  }
  return part?.file;
}

function valuesOf(members: DocumentTree): readonly (readonly [string, unknown])[] {
  return [...members].map(([name, part]) => [
    name,
    part.members === undefined ? part.value : Object.fromEntries(valuesOf(part.members)),
  ]);
}

function mergeMembers(
  members: DocumentTree,
  added: Readonly<Record<string, unknown>>,
  file: string,
  path: readonly string[],
): readonly RegoProblem[] {
  return Object.entries(added).flatMap(([name, value]) => {
    const part = members.get(name);
    if (part === undefined) {
      members.set(name, { file, value });
      return [];
    }
    const own = membersOf(part);
    const at = [...path, name];
    if (own !== undefined && isObject(value)) return mergeMembers(own, value, file, at);
    const where = ['data', ...at].join('.');
    return [problemIn(file, `${where} is in ${part.file} too; keep one of them.`)];
  });
}

/** The members of a part that is an object. */
function membersOf(part: Part): DocumentTree | undefined {
  if (part.members !== undefined || !isObject(part.value)) return part.members;
  const { file } = part;
  part.members = new Map(
    Object.entries(part.value).map(([name, value]) => [name, { file, value }]),
  );
  return part.members;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A problem of a whole file of documents. */
export function problemIn(file: string, message: string): RegoProblem {
  return { code: 'bad-document', message, file, row: 1, column: 1 };
}
