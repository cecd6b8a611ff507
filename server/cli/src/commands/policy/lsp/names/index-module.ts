/** Declarations in a text: its package, imports and rules, with their places. */
import { parseRego } from '@novacron/rego/parse/parse-rego';
import { type RegoAnnotation, readAnnotations } from '@novacron/rego/parse/read-annotations';
import type { Rule, Term } from '@novacron/rego/syntax/ast';
import { linesOf } from '../text/text-positions.ts';

/** One definition of a rule. */
export interface IndexedRule {
  readonly file: string;
  /** Without `data`: novacron.vm. */
  readonly packageName: string;
  /** Dots where the head has them. */
  readonly name: string;
  readonly kind: 'rule' | 'function' | 'set' | 'default' | 'test';
  /** The head as it is written. */
  readonly head: string;
  /** Rows and the column from 1. */
  readonly row: number;
  readonly column: number;
  readonly endRow: number;
  readonly annotation: RegoAnnotation | undefined;
}

/** The declarations of one text. */
export interface IndexedModule {
  readonly file: string;
  readonly packageName: string;
  /** From 1. */
  readonly packageRow: number;
  readonly annotation: RegoAnnotation | undefined;
  /** Paths by the names that they have in the text: `data.lib.sizes` by `sizes`. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  readonly rules: readonly IndexedRule[];
}

/** Indexes the package and the imports of a text that does not parse as a whole. */
export function indexHeader(file: string, text: string): IndexedModule | undefined {
  const lines = linesOf(text).map((line) => (/^\s*(?:package|import)\b/.test(line) ? line : ''));
  return indexModule(file, lines.join('\n'));
}

/** Indexes a text; undefined where it does not parse. */
export function indexModule(file: string, text: string): IndexedModule | undefined {
  const parsed = parseRego(text, { file, regoVersion: 'auto' });
  if (!parsed.ok) return undefined;
  const { rules, imports, package: path } = parsed.value;
  const packageName = path.join('.');
  const lines = linesOf(text);
  const read = readAnnotations(text, { file });
  const annotations = read.ok ? read.value : [];
  const rows = rules.map(({ at }) => at.row);
  const packageRow = lines.findIndex((line) => /^\s*package\b/.test(line)) + 1;
  const indexed = rules.map((rule): IndexedRule => {
    const name = nameOf(rule);
    const { row, column } = rule.at;
    return {
      file,
      packageName,
      name,
      kind: kindOf(rule, name),
      head: headOf(lines[row - 1] ?? ''),
      row,
      column,
      endRow: endOf(lines, row, Math.min(...rows.filter((each) => each > row), lines.length + 1)),
      annotation: annotations.find(({ subjectRow }) => subjectRow === row),
    };
  });
  return {
    file,
    packageName,
    packageRow: Math.max(packageRow, 1),
    annotation: annotations.find(({ subjectRow }) => subjectRow === packageRow),
    imports: new Map(imports.map((each) => [each.alias, each.path])),
    rules: indexed,
  };
}

/** The constant parts at the beginning of a head. */
function nameOf({ path }: Rule): string {
  const parts: string[] = [];
  for (const [index, term] of path.entries()) {
    const part = partOf(term, index);
    if (part === undefined) break;
    parts.push(part);
  }
  return parts.join('.');
}

function partOf(term: Term, index: number): string | undefined {
  if (index === 0 && term.kind === 'var') return term.name;
  return term.kind === 'scalar' && typeof term.value === 'string' ? term.value : undefined;
}

function kindOf(rule: Rule, name: string): IndexedRule['kind'] {
  if (rule.shape === 'default') return 'default';
  if (/^(?:todo_)?test_/.test(name)) return 'test';
  if (rule.args !== undefined) return 'function';
  return rule.shape === 'set' ? 'set' : 'rule';
}

/** `deny contains message` of `deny contains message if {`. */
function headOf(line: string): string {
  return line
    .replace(/\s*(?:\bif\b.*|\{\s*)$/, '')
    .replace(/\s*#.*$/, '')
    .trim();
}

/** The last row of what begins at a row, before the next one begins. */
function endOf(lines: readonly string[], row: number, next: number): number {
  let end = next - 1;
  while (end > row && /^\s*(?:#.*)?$/.test(lines[end - 1] ?? '')) end -= 1;
  return end;
}
