/** Documents in JSON, YAML, HCL, TOML and Dockerfiles, as policies are asked about them. */
import type { Json } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { parse, TomlError } from 'smol-toml';
import { LineCounter, parseAllDocuments } from 'yaml';
import { type Failure, usageFailure } from '../../../../failures/failure.ts';
import type { CliIo } from '../../../../io/cli-io.ts';
import { messageOf } from '../../../../io/message-of.ts';
import { readTextFile } from '../../../../io/read-text-file.ts';
import { refuseEndless } from '../../../../io/refuse-endless.ts';
import { readValues } from '../../../../terraform/hcl/read-values.ts';
import { parseJsonText, QUIET, yamlReason } from '../../files/document-text.ts';
import { listPlace } from '../../files/list-place.ts';
import { readDockerfile } from './read-dockerfile.ts';

/** The languages of documents; `hcl2` is Terraform's. */
export const DOCUMENT_PARSERS = ['json', 'yaml', 'hcl2', 'toml', 'dockerfile'] as const;
export type DocumentParser = (typeof DOCUMENT_PARSERS)[number];

/** One document. A file has several where it is a list, or YAML with `---`. */
export interface ReviewedDocument {
  readonly file: string;
  /** Row where the document begins; from 1. */
  readonly row: number;
  readonly contents: Json;
}

/** A file that cannot be read, or is not in its language. */
export interface UnreadDocument {
  readonly file: string;
  readonly row: number;
  readonly column: number;
  readonly message: string;
}

/** Documents that were read, and files that were not. */
export interface ReadDocuments {
  readonly documents: readonly ReviewedDocument[];
  readonly unread: readonly UnreadDocument[];
}

type DocumentsIo = Pick<CliIo, 'listFiles' | 'readText'>;
type Parsed = Result<readonly Omit<ReviewedDocument, 'file'>[], string>;

const ENDINGS: readonly (readonly [string, DocumentParser])[] = [
  ['.json', 'json'],
  ['.yaml', 'yaml'],
  ['.yml', 'yaml'],
  ['.tf', 'hcl2'],
  ['.tfvars', 'hcl2'],
  ['.hcl', 'hcl2'],
  ['.toml', 'toml'],
  ['.dockerfile', 'dockerfile'],
];

/** `Dockerfile`, and `Dockerfile.NAME` of which a directory may have several. */
const DOCKERFILE = /(?:^|\/)Dockerfile(?:\.[^/.]+)?$/;

/** A directory of modules or of Terraform itself is none of the user's documents. */
const SKIPPED = /(?:^|\/)\.terraform(?:\/|\.lock\.hcl$)/;

/**
 * Reads the documents of files, and of all files below directories whose ending is known.
 * Failures: wrong usage, where a place cannot be read, or the language of a file is not known.
 * @param places - `-` is standard input, in YAML unless a parser is named
 * @param parser - reads every file, whatever its ending
 */
export async function readDocuments(
  io: DocumentsIo,
  places: readonly string[],
  parser: DocumentParser | undefined,
): Promise<Result<ReadDocuments, Failure>> {
  const documents: ReviewedDocument[] = [];
  const unread: UnreadDocument[] = [];
  for (const place of places) {
    const files = await listDocuments(io, place, parser);
    if (!files.ok) return files;
    for (const file of files.value) {
      const language = parser ?? parserOf(file);
      if (language === undefined) return err(usageFailure(unknownLanguage(file)));
      const text = await readTextFile(io, file, 'a document');
      if (!text.ok) {
        unread.push({ file, row: 1, column: 1, message: reasonOf(text.error) });
        continue;
      }
      const parsed = PARSERS[language](text.value);
      if (!parsed.ok) {
        unread.push({ file, ...toPlaced(parsed.error) });
        continue;
      }
      documents.push(...parsed.value.map((each) => ({ ...each, file })));
    }
  }
  return ok({ documents, unread });
}

function reasonOf(failure: Failure): string {
  return 'message' in failure ? failure.message : 'it cannot be read';
}

/** The parsers begin their messages with a row, and a column where they know it. */
function toPlaced(text: string): Omit<UnreadDocument, 'file'> {
  const [, row = '1', column = '1', message = text] = /^(\d+):(?:(\d+):)? (.*)$/s.exec(text) ?? [];
  return { row: Number(row), column: Number(column), message };
}

async function listDocuments(
  io: DocumentsIo,
  place: string,
  parser: DocumentParser | undefined,
): Promise<Result<readonly string[], Failure>> {
  if (place === '-') return ok([place]);
  const files = await listPlace(io, place, 'documents');
  if (!files.ok) return files;
  const known = files.value.filter(
    (file) => file === place || (parserOf(file) !== undefined && !SKIPPED.test(file)),
  );
  if (known.length > 0) return ok(known);
  const endings = ENDINGS.map(([ending]) => ending).join(', ');
  const hint = parser === undefined ? '' : '; name the files to read them with --parser';
  return err(
    usageFailure(`no Dockerfile, and no files ending in ${endings} found in ${place}${hint}`),
  );
}

function parserOf(file: string): DocumentParser | undefined {
  if (file === '-') return 'yaml';
  if (DOCKERFILE.test(file)) return 'dockerfile';
  return ENDINGS.find(([ending]) => file.endsWith(ending))?.[1];
}

function unknownLanguage(file: string): string {
  const languages = DOCUMENT_PARSERS.join(', ');
  return `cannot tell the language of ${file} by its ending; use --parser ${languages}`;
}

const PARSERS: Readonly<Record<DocumentParser, (text: string) => Parsed>> = {
  json: (text) => {
    try {
      return ok(entriesOf(parseJsonText(text), 1));
    } catch (cause) {
      return err(`1: not valid JSON: ${messageOf(cause)}`);
    }
  },
  yaml: parseYaml,
  hcl2: (text) => {
    const read = readValues(text);
    if (read.ok) return ok([{ row: 1, contents: read.value }]);
    const { row, column, message } = read.error;
    return err(`${row}:${column}: not valid HCL: ${message}`);
  },
  toml: parseToml,
  // The list of its instructions is one document.
  dockerfile: (text) => {
    const read = readDockerfile(text);
    return read.ok ? ok([{ row: 1, contents: read.value }]) : read;
  },
};

/** Dates are texts in RFC 3339, as they are in JSON. */
function parseToml(text: string): Parsed {
  try {
    return ok([{ row: 1, contents: JSON.parse(JSON.stringify(parse(text))) }]);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [message = ''] = cause.message.split('\n');
    return err(`${cause.line}:${cause.column}: not valid TOML: ${message}`);
  }
}

function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const found: Omit<ReviewedDocument, 'file'>[] = [];
  for (const document of [
    ...parseAllDocuments(text, { lineCounter: lines, merge: true, ...QUIET }),
  ]) {
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      return err(`${line}:${col}: not valid YAML: ${yamlReason(error)}`);
    }
    // The part before the first `---`, or behind the last, has no content.
    const [start = 0, end = start] = document.contents?.range ?? [];
    if (start === end) continue;
    const { line } = lines.linePos(start);
    try {
      found.push(...entriesOf(refuseEndless(document.toJS()), line));
    } catch (cause) {
      return err(`${line}: not valid YAML: ${messageOf(cause)}`);
    }
  }
  return ok(found);
}

/** The entries of a list are documents of their own, as in conftest. */
function entriesOf(contents: Json, row: number): readonly Omit<ReviewedDocument, 'file'>[] {
  const list: readonly Json[] = Array.isArray(contents) ? contents : [contents];
  return list.map((each) => ({ row, contents: each }));
}
