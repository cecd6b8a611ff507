/** Documents for `data` in files: JSON and YAML beside policies, and what `--data` names. */
import { dirname, relative } from 'node:path/posix';
import { ORCHESTRATION_VERSION } from '@novacron/contract/kinds/orchestration-policy/document';
import { err, ok, type Result } from '@novacron/contract/result';
import { parseRego } from '@novacron/rego/parse/parse-rego';
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import type { Failure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { messageOf } from '../../../io/message-of.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import { parseJsonText, parseYamlTexts } from './document-text.ts';
import { addDocument, type DocumentTree, fileAt, problemIn, toValue } from './document-tree.ts';
import { listPlace } from './list-place.ts';
import { isDocumentFile, type RegoBundle } from './read-policies.ts';

/** Locations of documents. */
export interface DocumentPlaces {
  /** Files and directories of policies: of these, what is named like a document. */
  readonly paths: readonly string[];
  /** Paths given with `--data`: files of any name, and directories. */
  readonly data: readonly string[];
  /** Files and directories that have another purpose, such as the input. */
  readonly except: readonly string[];
}

/** Result of reading documents. */
export interface ReadDocuments {
  /** Contents of `data`; undefined: no document was found. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly count: number;
  /** Files that are no documents, and conflicts between files. */
  readonly problems: readonly RegoProblem[];
  readonly tree: DocumentTree;
}

/**
 * Reads all documents. The folders between a named directory and a file are the names below `data`
 * where its document belongs, whatever the file is called; a named file belongs to `data` itself.
 * Files of orchestration policies are passed over. Failures: wrong usage. Source of the rule: OPA.
 */
export async function readDocuments(
  io: Pick<CliIo, 'listFiles' | 'readText'>,
  { paths, data, except }: DocumentPlaces,
): Promise<Result<ReadDocuments, Failure>> {
  const found = await findDocuments(io, { paths, data, except });
  if (!found.ok) return found;
  const tree: DocumentTree = new Map();
  const problems: RegoProblem[] = [];
  let count = 0;
  for (const { file, path } of found.value) {
    const text = await readTextFile(io, file, 'a document');
    if (!text.ok) return text;
    const parsed = parseDocument(text.value, file);
    if (parsed.ok && parsed.value === undefined) continue;
    count += 1;
    if (!parsed.ok) problems.push(parsed.error);
    else problems.push(...addDocument(tree, { file, path, value: parsed.value?.document }));
  }
  return ok({ value: toValue(tree), count, problems, tree });
}

interface PlacedFile {
  readonly file: string;
  /** The names below `data` where its document belongs. */
  readonly path: readonly string[];
}

async function findDocuments(
  io: Pick<CliIo, 'listFiles'>,
  { paths, data, except }: DocumentPlaces,
): Promise<Result<readonly PlacedFile[], Failure>> {
  const found = new Map<string, PlacedFile>();
  for (const place of [...paths, ...data]) {
    const listed = place === '-' ? ok([place]) : await listPlace(io, place, 'documents');
    if (!listed.ok) return listed;
    for (const file of listed.value) {
      const isNamed = file === place && data.includes(place);
      if ((!isNamed && !isDocumentFile(file)) || isIn(file, except)) continue;
      const path = file === place ? [] : foldersBetween(place, file);
      found.set(JSON.stringify([file, path]), { file, path });
    }
  }
  return ok([...found.values()]);
}

/** Adds what a bundle of OPA brings: name by name at the top, files go before it. */
export function mergeData(
  packed: Readonly<Record<string, unknown>> | undefined,
  { value }: ReadDocuments,
): Readonly<Record<string, unknown>> | undefined {
  return packed === undefined ? value : { ...packed, ...value };
}

/** Rules that stand where a document is: they would hide it. */
export function findHiddenDocuments(
  bundles: readonly RegoBundle[],
  { tree }: ReadDocuments,
  regoVersion: 'auto' | RegoVersion,
): readonly RegoProblem[] {
  if (tree.size === 0) return [];
  const texts = bundles.flatMap(({ modules }) => Object.entries(modules));
  return texts.flatMap(([file, text]) => {
    const module = parseRego(text, { file, regoVersion });
    const rules = module.ok ? module.value.rules : [];
    const home = module.ok ? module.value.package : [];
    return rules.flatMap(({ path: [first], at }): RegoProblem[] => {
      const name = first?.kind === 'scalar' ? String(first.value) : '';
      const path = [...home, name];
      const other = fileAt(tree, path);
      const message = `data.${path.join('.')} is a rule here and a document in ${other}.`;
      return other === undefined ? [] : [{ code: 'conflict', message, file, ...at }];
    });
  });
}

function isIn(file: string, places: readonly string[]): boolean {
  return places.some((place) => file === place || file.startsWith(`${place}/`));
}

function foldersBetween(place: string, file: string): readonly string[] {
  return relative(place, dirname(file)).split('/').filter(Boolean);
}

/** Its document; undefined where the file holds orchestration policies, or nothing. */
function parseDocument(
  text: string,
  file: string,
): Result<{ readonly document: unknown } | undefined, RegoProblem> {
  if (text.trim() === '') return ok(undefined);
  try {
    const isJson = file.endsWith('.json') || /^\s*[[{"]/.test(text);
    const found = isJson ? [parseJsonText(text)] : parseYamlTexts(text);
    if (found.length > 0 && found.every(isOrchestration)) return ok(undefined);
    if (found.length > 1)
      return err(problemIn(file, `it has ${found.length} documents; keep one.`));
    return ok({ document: found[0] ?? null });
  } catch (cause) {
    return err(problemIn(file, `it is neither JSON nor YAML: ${messageOf(cause)}`));
  }
}

function isOrchestration(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'apiVersion' in value && value.apiVersion === ORCHESTRATION_VERSION;
}
