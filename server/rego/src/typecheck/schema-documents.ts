// The types of `input` and `data` that the annotations of a rule name: `schemas` in `# METADATA`.

import type { Annotations } from '../check/metadata.ts';
import type { ResolvedBranch } from '../check/resolved-tree.ts';
import type { RuleDefinition, RuleNode } from '../check/rule-tree.ts';
import type { RegoAnnotation } from '../parse/read-annotations.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';
import { ANY, type RegoType } from './rego-type.ts';
import { graftType, typeOfSchema } from './schema-type.ts';

/** Types of the documents in a rule. */
export type DocumentTypes = { readonly input: RegoType; readonly data: RegoType };

/** JSON Schemas by the name that follows `schema.` in an annotation. */
export type NamedSchemas = Readonly<Record<string, unknown>>;

/** Nothing is known. */
const UNKNOWN: DocumentTypes = { input: ANY, data: ANY };

/** Sources of document types. */
export type DocumentSources = {
  readonly annotations: Annotations;
  /** Undefined where annotations name no schemas. */
  readonly schemas: NamedSchemas | undefined;
};

/**
 * Makes the types of the documents by rule. What is nearer to a rule goes before what is further
 * away, and what a list says later before what it says earlier. A name that no schema has is a
 * `bad-annotation`.
 */
export function makeDocumentTypes(
  { annotations, schemas }: DocumentSources,
  problems: RegoProblem[],
): (node: RuleNode, definition: RuleDefinition) => DocumentTypes {
  if (!schemas) return () => UNKNOWN;
  const typeOf = readNamed(schemas);
  const names = Object.keys(schemas);
  return (node, definition) =>
    readTypes(annotations(node, definition), UNKNOWN, (entry, row) => {
      const type = typeOf(entry);
      if (type) return type;
      const { file } = definition.module;
      const message = `There is no schema "${entry.name}"; ${listNames(names)}.`;
      problems.push({ code: 'bad-annotation', message, file, row, column: 1 });
      return undefined;
    });
}

/**
 * Makes the types of the documents where `input` has a type that annotations do not name: theirs go
 * before it. Nothing is known of what they name and is not given.
 * @param inputOf - the type in a file, in a branch of a rule
 */
export function makeInputTypes(
  { annotations, schemas = {} }: DocumentSources,
  inputOf: (file: string, branch: ResolvedBranch) => RegoType,
): (node: RuleNode, definition: RuleDefinition, branch: ResolvedBranch) => DocumentTypes {
  const typeOf = readNamed(schemas);
  return (node, definition, branch) => {
    const start = { ...UNKNOWN, input: inputOf(definition.module.file, branch) };
    return readTypes(annotations(node, definition), start, (entry) => typeOf(entry) ?? ANY);
  };
}

function readNamed(schemas: NamedSchemas): (entry: Entry) => RegoType | undefined {
  const types = new Map(
    Object.entries(schemas).map(([name, schema]) => [name, typeOfSchema(schema)] as const),
  );
  return ({ name, schema }) => (name === undefined ? typeOfSchema(schema) : types.get(name));
}

function readTypes(
  annotations: readonly RegoAnnotation[],
  start: DocumentTypes,
  typeOf: (entry: Entry, row: number) => RegoType | undefined,
): DocumentTypes {
  let found = start;
  for (const annotation of annotations.toReversed()) {
    for (const entry of schemasOf(annotation)) {
      const type = typeOf(entry, annotation.row);
      if (type) found = withType(found, entry.path, type);
    }
  }
  return found;
}

function listNames(names: readonly string[]): string {
  return names.length === 0 ? 'none is given' : `there are ${names.join(', ')}`;
}

function withType(found: DocumentTypes, path: readonly string[], type: RegoType): DocumentTypes {
  const [root, ...rest] = path;
  if (root === 'input') return { ...found, input: graftType(found.input, rest, type) };
  if (root === 'data') return { ...found, data: graftType(found.data, rest, type) };
  return found;
}

type Entry = {
  readonly path: readonly string[];
  /** Undefined where the schema stands in the annotation itself. */
  readonly name: string | undefined;
  readonly schema: unknown;
};

function schemasOf({ declared: { schemas } }: RegoAnnotation): readonly Entry[] {
  const entries: readonly unknown[] = Array.isArray(schemas) ? schemas : [];
  return entries.flatMap((each) => {
    const pairs = typeof each === 'object' && each !== null ? Object.entries(each) : [];
    return pairs.map(([path, schema]): Entry => {
      const named = typeof schema === 'string' ? pathOf(schema).slice(1).join('.') : undefined;
      return { path: pathOf(path), name: named, schema };
    });
  });
}

// `schema["a-name"].b` has the parts schema, a-name and b.
function pathOf(text: string): readonly string[] {
  return [...text.matchAll(/\["([^"]*)"\]|[^.[\]]+/g)].map(([part, quoted]) => quoted ?? part);
}
