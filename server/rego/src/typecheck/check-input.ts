// Whether rules fit the input that they will be asked about, where a JSON Schema says what that is:
// fields that it does not have, constants that a closed list does not have, values of other types.

import type { Uses } from '../check/check-recursion.ts';
import type { Annotations } from '../check/metadata.ts';
import type { ResolvedBranch } from '../check/resolved-tree.ts';
import type { RuleDefinition, RuleNode } from '../check/rule-tree.ts';
import { readAnnotations } from '../parse/read-annotations.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';
import { checkTypes } from './check-types.ts';
import { type KnownInput, readKnownInput } from './known-input.ts';
import type { RegoType } from './rego-type.ts';
import { makeInputTypes, type NamedSchemas } from './schema-documents.ts';
import { typeOfSchema } from './schema-type.ts';

/** Schema of `input`. */
export type InputSchema = {
  /**
   * A JSON Schema, or that of a text by what the comment of its package says under `custom`, and of
   * a rule by the constants that its body compares members of `input` with; it holds where no
   * annotation of a rule says what `input` is.
   */
  readonly schema:
    | object
    | ((custom: Readonly<Record<string, unknown>>, known: KnownInput) => object);
  /** Severity of an expression that does not match the schema. */
  readonly mismatches: 'problems' | 'warnings';
};

/** Further inputs of the check. */
type InputSources = {
  readonly uses: ReadonlyMap<RuleNode, Uses>;
  readonly isUnknown: (node: RuleNode) => boolean;
  /** The type errors that there are whatever the input is. */
  readonly known: readonly RegoProblem[];
  readonly annotations: Annotations;
  readonly schemas: NamedSchemas | undefined;
  /** Texts by file. */
  readonly texts: Readonly<Record<string, string>>;
};

/** A long schema is read once. */
const types = new WeakMap<object, RegoType>();

/**
 * Checks rules, beyond what is wrong with them whatever the input is.
 *
 * @returns every `input-mismatch`, apart those that are warnings: all of a rule or a package whose
 *   annotation has `custom: {unknown_input: warn}`
 */
export function checkInput(
  root: RuleNode,
  { schema, mismatches }: InputSchema,
  { uses, isUnknown, known, annotations, schemas, texts }: InputSources,
): { readonly problems: readonly RegoProblem[]; readonly warnings: readonly RegoProblem[] } {
  const problems: RegoProblem[] = [];
  const warnings: RegoProblem[] = [];
  const documentTypes = makeInputTypes({ annotations, schemas }, readInputs(schema, texts));
  const warn = (problem: RegoProblem) => warnings.push({ ...problem, code: 'input-mismatch' });
  checkTypes(root, { uses, isUnknown, documentTypes, warn }, (problem, node, definition) => {
    if (known.some((each) => isAt(each, problem))) return;
    const isWarning = mismatches === 'warnings' || onlyWarns(annotations, node, definition);
    (isWarning ? warnings : problems).push({ ...problem, code: 'input-mismatch' });
  });
  return { problems, warnings };
}

/** The type of `input` in a file. A text says itself what it judges, whatever its package is. */
function readInputs(
  schema: InputSchema['schema'],
  texts: InputSources['texts'],
): (file: string, branch: ResolvedBranch) => RegoType {
  if (typeof schema !== 'function') return () => readType(schema);
  const customs = new Map<string, Readonly<Record<string, unknown>>>();
  const read = new Map<string, RegoType>();
  return (file, { body }) => {
    const custom = customs.get(file) ?? customOf(texts[file] ?? '', file);
    customs.set(file, custom);
    const known = readKnownInput(body);
    const key = JSON.stringify([file, known]);
    const type = read.get(key) ?? readType(schema(custom, known));
    read.set(key, type);
    return type;
  };
}

function customOf(text: string, file: string): Readonly<Record<string, unknown>> {
  const read = readAnnotations(text, { file });
  const own = read.ok ? read.value.find(({ scope }) => scope === 'package') : undefined;
  return own?.custom ?? {};
}

function readType(schema: object): RegoType {
  const type = types.get(schema) ?? typeOfSchema(schema);
  types.set(schema, type);
  return type;
}

function isAt(one: RegoProblem, other: RegoProblem): boolean {
  return one.file === other.file && one.row === other.row && one.column === other.column;
}

function onlyWarns(annotations: Annotations, node: RuleNode, definition: RuleDefinition): boolean {
  const said = annotations(node, definition).find(({ custom }) => 'unknown_input' in custom);
  return said?.custom.unknown_input === 'warn';
}
