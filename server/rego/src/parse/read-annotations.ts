// `# METADATA` comments. Source of the format: OPA's annotations.

import { parseDocument } from 'yaml';
import { isJsonObject } from '../syntax/json-object.ts';
import type { RegoProblem, RegoResult } from '../syntax/rego-problem.ts';

/** Annotation of the package or the rule that follows. */
export type RegoAnnotation = {
  /** The row of `# METADATA`, from 1. */
  readonly row: number;
  /** Scope of the annotation; OPA's default if the comment does not specify it. */
  readonly scope: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** Custom fields, which OPA leaves to the author. */
  readonly custom: Readonly<Record<string, unknown>>;
  /** Everything that the comment says, as it says it. */
  readonly declared: Readonly<Record<string, unknown>>;
  /** The row of the package, import or rule that it is about; undefined at the end of a text. */
  readonly subjectRow: number | undefined;
};

const MARK = /^#\s*METADATA\s*$/;
const COMMENT = /^\s*#/;
/** A line that is neither blank nor a comment. */
const SUBJECT = /^\s*[^\s#]/;

/**
 * Reads all annotations of a text.
 *
 * @returns them in the order of the text, or a `bad-annotation` for each that is not a YAML mapping
 */
export function readAnnotations(
  text: string,
  options: { readonly file: string },
): RegoResult<readonly RegoAnnotation[]> {
  const lines = text.split(/\r?\n/);
  const annotations: RegoAnnotation[] = [];
  const problems: RegoProblem[] = [];
  for (const [index, line] of lines.entries()) {
    if (!MARK.test(line.trim())) continue;
    const end = lines.findIndex((each, at) => at > index && endsBlock(each));
    const comments = lines.slice(index + 1, end < 0 ? lines.length : end);
    const subjectAt = lines.findIndex((each, at) => at > index && SUBJECT.test(each));
    const found = readBlock(comments, lines[subjectAt] ?? '');
    if (typeof found === 'string') {
      const message = `This annotation is not a YAML mapping: ${found}`;
      problems.push({ code: 'bad-annotation', message, ...options, row: index + 1, column: 1 });
      continue;
    }
    const subjectRow = subjectAt < 0 ? undefined : subjectAt + 1;
    annotations.push({ row: index + 1, ...found, subjectRow });
  }
  return problems.length > 0 ? { ok: false, error: problems } : { ok: true, value: annotations };
}

// A block ends with the comment, or where the next block begins.
function endsBlock(line: string): boolean {
  return !COMMENT.test(line) || MARK.test(line.trim());
}

function readBlock(
  comments: readonly string[],
  subject: string,
): Omit<RegoAnnotation, 'row' | 'subjectRow'> | string {
  const yaml = comments.map((comment) => comment.trim().slice(1).replace(/^ /, '')).join('\n');
  const document = parseDocument(yaml, { uniqueKeys: true });
  const [fault] = document.errors;
  if (fault) return fault.message.split('\n')[0] ?? 'it cannot be read';
  const value = readValue(document);
  if (!isJsonObject(value)) return 'write lines such as "title: Name"';
  const { scope, title, description, custom, entrypoint } = value;
  const ownScope = entrypoint === true ? 'document' : 'rule';
  return {
    scope: textOf(scope) ?? (subject.startsWith('package') ? 'package' : ownScope),
    title: textOf(title),
    description: textOf(description),
    custom: isJsonObject(custom) ? custom : {},
    declared: value,
  };
}

/** Aliases that multiply are refused by the parser, with an error. */
function readValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
