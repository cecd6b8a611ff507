/** Requests about a rule in all texts: its uses, and another name for it. */
import { err, ok, type Result } from '@novacron/contract/result';
import { readSources } from '@novacron/rego/lint/source/read-source';
import { renameRule } from './features/rename-rule.ts';
import { type FoundVariable, findVariable, renameVariable } from './features/rename-variable.ts';
import { findUses, type RuleName, type SearchedTexts } from './names/find-uses.ts';
import type { Meaning } from './names/resolve-name.ts';
import { RPC_CODES, type RpcFailure } from './rpc/rpc-session.ts';
import type { LspPosition, LspRange } from './text/text-positions.ts';
import { canonicalUri, type Workspace } from './workspace.ts';

/** The rule that a name means; undefined where it means something else. */
export function ruleOf(meaning: Meaning | undefined): RuleName | undefined {
  return meaning?.kind === 'rules' ? meaning.rules[0] : undefined;
}

/** Lists the places that name a rule. */
export function answerReferences(
  workspace: Workspace,
  rule: RuleName,
  includeDeclaration: boolean,
): readonly { readonly uri: string; readonly range: LspRange }[] {
  return findUses(rule, searched(workspace).texts)
    .filter(({ isDefinition }) => includeDeclaration || !isDefinition)
    .map(({ uri, range }) => ({ uri, range }));
}

/** The name at a position, if a rule can be renamed there. */
export function answerPrepare(
  workspace: Workspace,
  rule: RuleName,
  { uri, position }: { readonly uri: string; readonly position: LspPosition },
): { readonly range: LspRange; readonly placeholder: string } | null {
  const use = findUses(rule, searched(workspace).texts).find(
    (each) => each.uri === uri && contains(each.range, position),
  );
  if (use === undefined || use.text !== rule.name.split('.').at(-1)) return null;
  return { range: use.range, placeholder: use.text };
}

/** The changes that rename a rule. Failures: the name is taken; a text does not parse. */
export function answerRename(
  workspace: Workspace,
  rule: RuleName,
  newName: string,
): Result<{ readonly changes: object }, RpcFailure> {
  const { texts, unparsed } = searched(workspace);
  if (unparsed !== undefined) {
    const file = unparsed.split('/').at(-1);
    return refuse(`${file} does not parse: correct it first, so that no use of the rule is missed`);
  }
  const renamed = renameRule(rule, newName, texts);
  return renamed.ok ? ok({ changes: renamed.value }) : refuse(renamed.error);
}

/** The variable of a rule at a position; undefined where there is none, or the text is wrong. */
export function variableAt(
  workspace: Workspace,
  { uri, position }: { readonly uri: string; readonly position: LspPosition },
): FoundVariable | undefined {
  const key = canonicalUri(uri);
  const file = searched(workspace).texts.files.find(({ path }) => path === key);
  return file && findVariable(file, position);
}

/** The range of the variable at a position. */
export function answerPrepareVariable(
  { name, ranges }: FoundVariable,
  position: LspPosition,
): { readonly range: LspRange; readonly placeholder: string } | null {
  const range = ranges.find((each) => contains(each, position));
  return range === undefined ? null : { range, placeholder: name };
}

/** The changes that rename a variable. Failures: the name is taken. */
export function answerRenameVariable(
  variable: FoundVariable,
  { uri, newName }: { readonly uri: string; readonly newName: string },
): Result<{ readonly changes: object }, RpcFailure> {
  const renamed = renameVariable(variable, newName);
  return renamed.ok ? ok({ changes: { [uri]: renamed.value } }) : refuse(renamed.error);
}

function refuse(message: string): Result<never, RpcFailure> {
  return err({ code: RPC_CODES.requestFailed, message });
}

function searched(workspace: Workspace): {
  readonly texts: SearchedTexts;
  /** A text that does not parse. */
  readonly unparsed: string | undefined;
} {
  const { files, problems } = readSources(Object.assign({}, ...workspace.groups()), 'auto');
  return { texts: { files, modules: workspace.modules() }, unparsed: problems[0]?.file };
}

function contains({ start, end }: LspRange, { line, character }: LspPosition): boolean {
  return line === start.line && start.character <= character && character <= end.character;
}
