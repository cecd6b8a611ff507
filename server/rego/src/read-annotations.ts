// `# METADATA` comments. Source of the format: OPA's annotations.

import { parseDocument } from 'yaml';
import type { RegoProblem, RegoResult } from './problem.ts';

/** What a comment says about the package or the rule after it. */
export type RegoAnnotation = {
  /** The row of `# METADATA`, from 1. */
  readonly row: number;
  /** What it is about; as OPA takes it where the comment does not say. */
  readonly scope: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** What OPA leaves to the author. */
  readonly custom: Readonly<Record<string, unknown>>;
};

const MARK = /^#\s*METADATA\s*$/;
const COMMENT = /^\s*#/;

/**
 * Reads all annotations of a text.
 *
 * @returns them in the order of the text, or a `bad-annotation` for each that is no YAML mapping
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
    const end = lines.findIndex((each, at) => at > index && !COMMENT.test(each));
    const comments = lines.slice(index + 1, end < 0 ? lines.length : end);
    const subject = end < 0 ? '' : (lines.slice(end).find((each) => each.trim() !== '') ?? '');
    const found = readBlock(comments, subject);
    if (typeof found === 'string') {
      const message = `This annotation is no YAML mapping: ${found}`;
      problems.push({ code: 'bad-annotation', message, ...options, row: index + 1, column: 1 });
    } else annotations.push({ row: index + 1, ...found });
  }
  return problems.length > 0 ? { ok: false, error: problems } : { ok: true, value: annotations };
}

function readBlock(
  comments: readonly string[],
  subject: string,
): Omit<RegoAnnotation, 'row'> | string {
  const yaml = comments.map((comment) => comment.trim().slice(1).replace(/^ /, '')).join('\n');
  const document = parseDocument(yaml, { uniqueKeys: true });
  const [fault] = document.errors;
  if (fault) return fault.message.split('\n')[0] ?? 'it cannot be read';
  const value = readValue(document);
  if (!isMapping(value)) return 'write lines such as "title: Name"';
  const { scope, title, description, custom } = value;
  return {
    scope: textOf(scope) ?? (subject.startsWith('package') ? 'package' : 'rule'),
    title: textOf(title),
    description: textOf(description),
    custom: isMapping(custom) ? custom : {},
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

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
