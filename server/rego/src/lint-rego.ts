// Remarks about policies that compile: likely mistakes, and what reads better in another way.
// Source of the rules and their names: Regal, the linter of the project OPA.

import { formatRego } from './format-rego.ts';
import { ignoredRows } from './lint/ignored-rows.ts';
import { type LintConfig, readLintConfig } from './lint/lint-config.ts';
import { matchesFiles } from './lint/match-files.ts';
import { LINT_RULES } from './lint/rule-table.ts';
import type { LintCategory, LintContext, LintRule, SourceFile } from './lint/source/model.ts';
import { readProject } from './lint/source/read-project.ts';
import { readSources } from './lint/source/read-source.ts';
import type { RegoVersion } from './syntax/ast.ts';
import type { RegoProblem } from './syntax/rego-problem.ts';
import type { TextEdit } from './syntax/text-edit.ts';

/** Options of the linter. */
export type LintRegoOptions = {
  /** The texts by path, with `/` between folders; rules about imports look at all of them. */
  readonly modules: Readonly<Record<string, string>>;
  /** @defaultValue Regal's defaults, without rules that policies here need not meet */
  readonly config?: LintConfig;
  /** @defaultValue `auto` */
  readonly regoVersion?: 'auto' | RegoVersion;
};

/** One remark. */
export type LintFinding = {
  readonly rule: string;
  readonly category: LintCategory;
  readonly level: 'error' | 'warning';
  /** One sentence. */
  readonly message: string;
  readonly file: string;
  /** From 1. */
  readonly row: number;
  readonly column: number;
  /** The line that it is about, without blanks around it. */
  readonly text: string;
  /** The section of the documentation that describes the rule. */
  readonly docs: string;
  /** Edits that fix the finding, if the rule knows them. */
  readonly edits?: readonly TextEdit[];
};

/** Findings, and the texts that do not parse and were not linted. */
export type LintReport = {
  /** In the order of files and lines. */
  readonly findings: readonly LintFinding[];
  readonly problems: readonly RegoProblem[];
  /** Number of linted texts. */
  readonly files: number;
};

/** The page of the documentation with all rules. */
export const LINT_DOCS = 'docs/reference/policy-lint.md';

/** Lints texts. Never throws for a text. */
export function lintRego({ modules, config, regoVersion = 'auto' }: LintRegoOptions): LintReport {
  const known = config ?? defaultConfig();
  const wanted = Object.entries(modules).filter(([path]) => !matchesFiles(known.ignoreFiles, path));
  const { files, problems } = readSources(Object.fromEntries(wanted), regoVersion);
  const run = { files, project: readProject(files), config: known };
  const findings = files.flatMap((file) => lintFile(file, run));
  return { findings, problems, files: files.length };
}

function defaultConfig(): LintConfig {
  const config = readLintConfig(undefined);
  if (typeof config === 'string') throw new Error(`The default configuration is wrong: ${config}`);
  return config;
}

/** State shared by all files. */
type LintRun = Omit<LintContext, 'options' | 'format'> & { readonly config: LintConfig };

function formatOf({ text, path, module }: SourceFile): string | undefined {
  const formatted = formatRego(text, { file: path, regoVersion: module.version });
  return formatted.ok ? formatted.value : undefined;
}

function lintFile(file: SourceFile, run: LintRun): readonly LintFinding[] {
  const ignored = ignoredRows(file.comments);
  const findings = LINT_RULES.flatMap((rule) => runRule(rule, file, run));
  return findings
    .filter(({ rule, row }) => ignored.get(row)?.has(rule) !== true)
    .sort((a, b) => a.row - b.row || a.column - b.column);
}

function runRule(
  rule: LintRule,
  file: SourceFile,
  { files, project, config }: LintRun,
): readonly LintFinding[] {
  const { name, category } = rule;
  const { level = rule.level, ignoreFiles = [], options = {} } = config.settings.get(name) ?? {};
  if (level === 'ignore' || matchesFiles(ignoreFiles, file.path)) return [];
  const context: LintContext = { files, project, options, format: formatOf };
  return rule.check(file, context).map(({ at, message, edits }) => ({
    rule: name,
    category,
    level,
    message,
    file: file.path,
    ...at,
    text: file.lines[at.row - 1]?.trim() ?? '',
    docs: `${LINT_DOCS}#${name}`,
    ...(edits === undefined ? {} : { edits }),
  }));
}
