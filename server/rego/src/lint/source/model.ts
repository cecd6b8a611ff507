// What a lint rule reads of a policy, and what it says.

import type { Token } from '../../parse/lex-cursor.ts';
import type { RegoAnnotation } from '../../parse/read-annotations.ts';
import type { Comment } from '../../parse/read-comments.ts';
import type { WrittenImport } from '../../parse/read-imports.ts';
import type { Module, Rule } from '../../syntax/ast.ts';
import type { Position } from '../../syntax/rego-problem.ts';
import type { TextEdit } from '../../syntax/text-edit.ts';
import type { Visit } from './walk-rule.ts';

/** Groups of rules, named as Regal names them. */
export const LINT_CATEGORIES = [
  'bugs',
  'idiomatic',
  'imports',
  'performance',
  'style',
  'testing',
  'custom',
] as const;
/** One of them. */
export type LintCategory = (typeof LINT_CATEGORIES)[number];

/** Severity of a rule's remarks; `ignore` disables the rule. */
export type LintLevel = 'error' | 'warning' | 'ignore';

/** A variable and where it is declared. */
export type Declared = { readonly name: string; readonly at: Position };

/** One parsed text. */
export type SourceFile = {
  /** With `/` between folders. */
  readonly path: string;
  readonly text: string;
  /** Without their ends. */
  readonly lines: readonly string[];
  readonly module: Module;
  /** All but the end. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly imports: readonly WrittenImport[];
  /** Names that imports have in the file. */
  readonly importNames: ReadonlySet<string>;
  /** None where one of them is not YAML, which `policy check` reports. */
  readonly annotations: readonly RegoAnnotation[];
  /** Every literal and term of the rules, in the order of the text. */
  readonly visits: readonly Visit[];
  /** The same by rule. */
  readonly visitsOf: ReadonlyMap<Rule, readonly Visit[]>;
  /** Declarations of each rule. */
  readonly declared: ReadonlyMap<Rule, readonly Declared[]>;
  /** Index of the token at a position; keys are `row:column`. */
  readonly tokenIndex: ReadonlyMap<string, number>;
  /** Names that rules of the package have, in all files that are linted. */
  readonly ruleNames: ReadonlySet<string>;
};

/** Definitions in all linted files; paths are below `data`, with dots. */
export type LintProject = {
  readonly packages: ReadonlySet<string>;
  readonly rules: ReadonlySet<string>;
  /** Rules that contain a set, without variables in their heads. */
  readonly setRules: ReadonlySet<string>;
  /** Packages and rules, and what is above them. */
  readonly paths: ReadonlySet<string>;
  /** Imports of each package's files. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Configuration of a rule besides its level. */
export type RuleOptions = Readonly<Record<string, unknown>>;

/** Context of a rule besides the file. */
export type LintContext = {
  /** All files that are linted, this one included. */
  readonly files: readonly SourceFile[];
  readonly project: LintProject;
  readonly options: RuleOptions;
  /** The usual form of a text; undefined where it cannot be formatted. */
  readonly format: (file: SourceFile) => string | undefined;
};

/** Remark of a rule about a position. */
export type Remark = {
  readonly at: Position;
  /** One sentence. */
  readonly message: string;
  /** Edits that fix it without changing the meaning; absent if unknown. */
  readonly edits?: readonly TextEdit[];
};

/** One rule: a pure function of a file. */
export type LintRule = {
  /** Name of the rule in Regal. */
  readonly name: string;
  readonly category: LintCategory;
  /** Default level, unless configured. */
  readonly level: LintLevel;
  readonly check: (file: SourceFile, context: LintContext) => readonly Remark[];
};
