// The syntax tree of a text in OPA's JSON form, for programs that read that form.

import { lex } from '../parse/lex.ts';
import { type TreeMaker, writeOpaTree } from '../parse/opa-tree.ts';
import { parseRego } from '../parse/parse-rego.ts';
import { readAnnotations } from '../parse/read-annotations.ts';
import { readComments } from '../parse/read-comments.ts';
import { readImports } from '../parse/read-imports.ts';
import type { RegoVersion } from '../syntax/ast.ts';
import type { Position, RegoResult } from '../syntax/rego-problem.ts';

/** A value of JSON. */
export type JsonTree =
  | null
  | boolean
  | number
  | string
  | readonly JsonTree[]
  | { readonly [name: string]: JsonTree };

/** Options for reading the text. */
export type ParseTreeOptions = {
  /** The name that places and problems carry. */
  readonly file: string;
  /** @defaultValue `auto` */
  readonly regoVersion?: 'auto' | RegoVersion;
};

/**
 * Parses a text to `package`, `imports`, `rules`, `annotations` and `comments`, each but the first
 * only where there are any. Nodes have `type`, `value` and `location`; numbers are JavaScript's.
 *
 * @returns the tree, or what is wrong with the text
 */
export function parseTree(text: string, options: ParseTreeOptions): RegoResult<JsonTree> {
  const parsed = parseRego(text, options);
  if (!parsed.ok) return parsed;
  const annotations = readAnnotations(text, options);
  if (!annotations.ok) return annotations;
  const tokens = lex(text).filter(({ kind }) => kind !== 'end');
  const imports = readImports(tokens).map(({ path, alias, at }) => ({
    path,
    alias: alias ?? path.at(-1) ?? '',
    at,
  }));
  const make = makerFor(options.file);
  const tree = writeOpaTree(make, { ...parsed.value, imports });
  const comments = readComments(text, tokens).map((comment) => ({
    text: comment.text,
    ...Object.fromEntries(make.place(comment.at)),
  }));
  const notes = annotations.value.map(({ declared, scope, row }) => ({
    ...toJson(declared),
    scope,
    ...Object.fromEntries(make.place({ row, column: 1 })),
  }));
  const value = {
    ...Object.fromEntries(Object.entries(tree ?? {})),
    ...(notes.length > 0 ? { annotations: notes } : {}),
    ...(comments.length > 0 ? { comments } : {}),
  };
  return { ok: true, value };
}

function makerFor(file: string): TreeMaker<JsonTree> {
  return {
    constant: (value) => value,
    number: Number,
    list: (items) => items,
    object: (members) => Object.fromEntries(members),
    place: ({ row, column }: Position) => [['location', { file, row, col: column }]],
  };
}

/** Converts a value from YAML to JSON. */
function toJson(value: Readonly<Record<string, unknown>>): { readonly [name: string]: JsonTree } {
  return JSON.parse(JSON.stringify(value));
}
