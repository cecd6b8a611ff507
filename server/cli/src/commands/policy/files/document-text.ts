/** Texts of documents to values: JSON and YAML, as editors of all systems write them. */

import type { Json } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import { messageOf } from '../../../io/message-of.ts';
import { refuseEndless } from '../../../io/refuse-endless.ts';

/** Editors of Windows begin UTF-8 with it. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Parses JSON that may begin with a byte order mark. Throws an Error with the reason. */
export function parseJsonText(text: string): Json {
  const value: Json = JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  return refuseEndless(value);
}

/** Options of the YAML parser: it writes no warnings of its own into the output of a command. */
export const QUIET = { logLevel: 'error' } as const;

/** Limit of uses of anchors; a YAML bomb needs more. */
const ALIASES_MAX = 100;

/** Parses YAML to its documents. Throws an Error with place and reason on one line. */
export function parseYamlTexts(text: string): readonly unknown[] {
  const lines = new LineCounter();
  return [...parseAllDocuments(text, { lineCounter: lines, ...QUIET })].map((document): unknown => {
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw new Error(`${yamlReason(error)} (line ${line}, column ${col})`);
    }
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    return refuseEndless(value);
  });
}

/** The reason in an error of the YAML parser, without its place and the lines around it. */
export function yamlReason(error: Pick<YAMLError, 'message'>): string {
  return messageOf(error)
    .split('\n', 1)
    .join('')
    .replace(/ at line \d+, column \d+:?$/, '');
}

/** Parses the only document of a text in JSON or YAML. Errors: what is wrong, as a predicate. */
export function parseDocumentText(text: string): Result<unknown, string> {
  try {
    if (/^\s*[[{"]/.test(text)) return ok(parseJsonText(text));
    const found = parseYamlTexts(text);
    if (found.length > 1) return err(`has ${found.length} documents of YAML; keep one`);
    return ok(found[0] ?? null);
  } catch (cause) {
    return err(`is neither JSON nor YAML: ${messageOf(cause)}`);
  }
}
