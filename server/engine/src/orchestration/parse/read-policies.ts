/** Reads orchestration policies from text: YAML, JSON or the text form. */
import type { Json } from '@novacron/contract/json';
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { parsePolicies } from './parse-policies.ts';
import { parsePolicyText } from './parse-policy-text.ts';

type Path = readonly (string | number)[];

interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** A mistake in a text, with its place. */
export interface LocatedFault extends Position {
  /** The index of the document and the keys down to the value at fault; empty for the text. */
  readonly path: Path;
  readonly message: string;
}

/** Documents, and where a path (the index of the document first) stands. */
export interface LocatedDocuments {
  readonly documents: readonly Json[];
  readonly placeOf: (path: Path) => Position;
}

/** Limit of uses of anchors; a YAML bomb needs more. */
const ALIASES_MAX = 100;

const START = { line: 1, column: 1 } as const;

/**
 * Reads every policy of a text.
 * @returns policies in order, or everything that is wrong, with its place
 */
export function readPolicies(
  text: string,
): Result<readonly OrchestrationPolicy[], readonly LocatedFault[]> {
  const located = isTextForm(text) ? readTextForm(text) : readYamlDocuments(text);
  if (!located.ok) return located;
  const { documents, placeOf } = located.value;
  const policies = parsePolicies(documents);
  if (policies.ok) return policies;
  return err(
    policies.error.fields.map(({ path, message }) => ({ ...placeOf(path), path, message })),
  );
}

/**
 * Reads the one policy of a text.
 * @returns the policy, or everything that is wrong, with its place; more than one is wrong, too
 */
export function readPolicy(text: string): Result<OrchestrationPolicy, readonly LocatedFault[]> {
  const read = readPolicies(text);
  if (!read.ok) return read;
  const [policy, ...more] = read.value;
  if (policy !== undefined && more.length === 0) return ok(policy);
  const message = `holds ${more.length + 1} policies; each is kept by itself`;
  return err([{ ...START, path: [], message }]);
}

/** The text form begins with a line `policy NAME`; YAML with a key, JSON with a brace. */
function isTextForm(text: string): boolean {
  return /^(?:\s|#.*\n)*policy[ \t]+[^\s:]/.test(text);
}

function readTextForm(text: string): Result<LocatedDocuments, readonly LocatedFault[]> {
  const parsed = parsePolicyText(text);
  if (!parsed.ok) {
    const { place, message } = parsed.error;
    return err([{ ...place, path: [], message }]);
  }
  const { documents, places } = parsed.value;
  const placeOf = (path: Path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const place = places.get(path.slice(0, length).join('.'));
      if (place !== undefined) return place;
    }
    return START;
  };
  return ok({ documents, placeOf });
}

/** Reads the documents of a YAML text; JSON is YAML, too. Bombs of anchors are refused. */
export function readYamlDocuments(text: string): Result<LocatedDocuments, readonly LocatedFault[]> {
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col: column } = lines.linePos(offset);
    return { line, column };
  };
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const read: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const faults: LocatedFault[] = [];
  const documents: Json[] = [];
  for (const document of read) {
    for (const { pos, message } of [...document.errors, ...document.warnings]) {
      faults.push({ ...placeAt(pos[0]), path: [], message });
    }
    if (document.errors.length > 0) continue;
    try {
      // The core schema of YAML, which the parser follows, has only the types of JSON.
      documents.push(document.toJS({ maxAliasCount: ALIASES_MAX }) as Json);
    } catch {
      const message = `uses anchors more than ${ALIASES_MAX} times in all: write it out`;
      faults.push({ ...placeAt(document.range[0]), path: [], message });
    }
  }
  if (faults.length > 0) return err(faults);
  const placeOf = (path: Path) => {
    const [index = 0, ...keys] = path;
    return placeIn(read[Number(index)], keys, placeAt);
  };
  return ok({ documents, placeOf });
}

/** Returns the place of the deepest existing part of a path: a missing part has none of its own. */
function placeIn(
  document: Document.Parsed | undefined,
  keys: Path,
  placeAt: (offset: number) => Position,
): Position {
  for (let length = keys.length; length >= 0; length -= 1) {
    const node = document?.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return placeAt(node.range[0]);
  }
  return START;
}
