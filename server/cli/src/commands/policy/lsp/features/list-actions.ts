/** Fixes that an editor offers: those of `policy lint --fix`. */
import type { LintConfig } from '@novacron/rego/lint/lint-config';
import { lintRego } from '@novacron/rego/lint-rego';
import type { TextEdit } from '@novacron/rego/syntax/text-edit';
import { fixRego } from '@novacron/rego/tools/fix-rego';
import { type LspRange, rangeOfSpan, wholeRange } from '../text/text-positions.ts';
import { type Diagnostic, wordRange } from './diagnose.ts';

/** One change of a text that is offered. */
export interface CodeAction {
  readonly title: string;
  readonly kind: 'quickfix' | 'source.fixAll';
  readonly diagnostics?: readonly Pick<Diagnostic, 'range' | 'message'>[];
  readonly edit: {
    readonly changes: Readonly<
      Record<string, readonly { readonly range: LspRange; readonly newText: string }[]>
    >;
  };
}

/** In which text, and at which lines. */
export interface ActionRequest {
  /** Key of the text in the workspace. */
  readonly key: string;
  /** URI of the text in the editor. */
  readonly uri: string;
  readonly range: LspRange;
}

/**
 * Lists the fixes of findings in a range, and one of all findings of the text.
 * @param texts - all of the workspace, by URI
 */
export function listActions(
  texts: Readonly<Record<string, string>>,
  { key, uri, range }: ActionRequest,
  config: LintConfig | undefined,
): readonly CodeAction[] {
  const text = texts[key];
  if (text === undefined) return [];
  const options = { modules: texts, ...(config === undefined ? {} : { config }) };
  const found = lintRego(options).findings.filter(({ file }) => file === key);
  const fixable = found.filter(({ edits = [] }) => edits.length > 0);
  const own = fixable.filter(({ row }) => row - 1 >= range.start.line && row - 1 <= range.end.line);
  const actions = own.map(({ message, rule, row, column, edits = [] }): CodeAction => {
    const at = wordRange(text, row, column);
    const changes = { [uri]: edits.map((edit) => toLsp(text, edit)) };
    const diagnostics = [{ range: at, message }];
    return { title: `Fix ${rule}: ${message}`, kind: 'quickfix', diagnostics, edit: { changes } };
  });
  const fixed = fixable.length === 0 ? undefined : fixRego(options).changed[key];
  if (fixed === undefined) return actions;
  const changes = { [uri]: [{ range: wholeRange(text), newText: fixed }] };
  const title = 'Fix all findings of the linter that have one right form';
  return [...actions, { title, kind: 'source.fixAll', edit: { changes } }];
}

function toLsp(text: string, { start, end, text: newText }: TextEdit) {
  return { range: rangeOfSpan(text, start, end), newText };
}
