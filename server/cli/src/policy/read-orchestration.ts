/** Reads orchestration policies and facts from files: YAML, JSON or the text form. */
import type { Json } from '@novacron/contract/json';
import { OrchestrationFacts, type OrchestrationPolicy } from '@novacron/contract/orchestration';
import { toValidationProblem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { parsePolicies } from '@novacron/engine/orchestration/parse-policies';
import { parsePolicyText } from '@novacron/engine/orchestration/parse-policy-text';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import type { CliIo } from '../cli-io.ts';
import { type Failure, usageFailure } from '../failure.ts';
import { readTextFile } from '../read-text-file.ts';

/** A mistake in a file, where it is. */
export interface FileFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Keys down to the value at fault, joined with dots; empty for the text itself. */
  readonly path: string;
  readonly message: string;
}

/** What a file holds, or all that is wrong with it. */
export type FileContent<T> = Result<T, readonly FileFault[]>;

/** Documents, and where a path (the index of the document first) stands. */
interface LocatedDocuments {
  readonly documents: readonly Json[];
  readonly placeOf: (path: readonly (string | number)[]) => { line: number; column: number };
}

/** Longer files are data, not policies. Unit: UTF-16 code units. */
const TEXT_LENGTH_MAX = 1_048_576;

/** An anchor may be used so often in all; a bomb needs more. */
const ALIASES_MAX = 100;

const START = { line: 1, column: 1 } as const;

/** Reads policies. Failures: wrong usage where the file cannot be read. */
export async function readOrchestration(
  io: Pick<CliIo, 'readText'>,
  file: string,
): Promise<Result<FileContent<readonly OrchestrationPolicy[]>, Failure>> {
  const text = await readBounded(io, file, 'the policies');
  if (!text.ok) return text;
  const located = isTextForm(text.value)
    ? readTextForm(file, text.value)
    : readYaml(file, text.value);
  if (!located.ok) return ok(located);
  const { documents, placeOf } = located.value;
  const policies = parsePolicies(documents);
  if (policies.ok) return ok(policies);
  const faults = policies.error.fields.map(({ path, message }) => ({
    ...{ file, ...placeOf(path), path: path.slice(1).join('.'), message },
  }));
  return ok(err(faults));
}

/** Reads what is known of resources. Failures: wrong usage where the file cannot be read. */
export async function readFacts(
  io: Pick<CliIo, 'readText'>,
  file: string,
): Promise<Result<FileContent<OrchestrationFacts>, Failure>> {
  const text = await readBounded(io, file, 'the facts');
  if (!text.ok) return text;
  const located = readYaml(file, text.value);
  if (!located.ok) return ok(located);
  const { documents, placeOf } = located.value;
  const facts = OrchestrationFacts.safeParse(documents[0]);
  if (facts.success) return ok(ok(facts.data));
  const { fields } = toValidationProblem(facts.error, 'The facts');
  return ok(
    err(
      fields.map(({ path, message }) => ({
        ...{ file, ...placeOf([0, ...path]), path: path.join('.'), message },
      })),
    ),
  );
}

async function readBounded(
  io: Pick<CliIo, 'readText'>,
  file: string,
  what: string,
): Promise<Result<string, Failure>> {
  const text = await readTextFile(io, file, what);
  if (!text.ok || text.value.length <= TEXT_LENGTH_MAX) return text;
  return err(usageFailure(`${file} is longer than ${TEXT_LENGTH_MAX} characters`));
}

/** The text form begins with a line `policy NAME`; YAML with a key, JSON with a brace. */
function isTextForm(text: string): boolean {
  return /^(?:\s|#.*\n)*policy[ \t]+[^\s:]/.test(text);
}

function readTextForm(file: string, text: string): FileContent<LocatedDocuments> {
  const parsed = parsePolicyText(text);
  if (!parsed.ok) {
    const { place, message } = parsed.error;
    return err([{ file, ...place, path: '', message }]);
  }
  const { documents, places } = parsed.value;
  const placeOf = (path: readonly (string | number)[]) => {
    for (let length = path.length; length > 0; length -= 1) {
      const place = places.get(path.slice(0, length).join('.'));
      if (place !== undefined) return place;
    }
    return START;
  };
  return ok({ documents, placeOf });
}

function readYaml(file: string, text: string): FileContent<LocatedDocuments> {
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col: column } = lines.linePos(offset);
    return { line, column };
  };
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const read: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const faults: FileFault[] = [];
  const documents: Json[] = [];
  for (const document of read) {
    for (const { pos, message } of [...document.errors, ...document.warnings]) {
      faults.push({ file, ...placeAt(pos[0]), path: '', message });
    }
    if (document.errors.length > 0) continue;
    try {
      documents.push(document.toJS({ maxAliasCount: ALIASES_MAX }) as Json);
    } catch {
      const message = `uses anchors more than ${ALIASES_MAX} times in all: write it out`;
      faults.push({ file, ...placeAt(document.range[0]), path: '', message });
    }
  }
  if (faults.length > 0) return err(faults);
  const placeOf = (path: readonly (string | number)[]) => {
    const [index = 0, ...keys] = path;
    return placeIn(read[Number(index)], keys, placeAt);
  };
  return ok({ documents, placeOf });
}

/** The place of the deepest part of a path that is there: something missing has none of its own. */
function placeIn(
  document: Document.Parsed | undefined,
  keys: readonly (string | number)[],
  placeAt: (offset: number) => { line: number; column: number },
) {
  for (let length = keys.length; length >= 0; length -= 1) {
    const node = document?.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return placeAt(node.range[0]);
  }
  return START;
}
