// Which documents a query depends on. Source of the idea: `opa deps`.

import { checkRecursion, findUses } from '../check/check-recursion.ts';
import { orderRules } from '../check/order-rules.ts';
import { resolveRules } from '../check/resolve-rules.ts';
import type { DocumentTerm } from '../check/resolved-tree.ts';
import { buildRuleTree, findNode, QUERY_PACKAGE, type RuleNode } from '../check/rule-tree.ts';
import { parseRego } from '../parse/parse-rego.ts';
import type { Module, RegoVersion } from '../syntax/ast.ts';
import { type RegoProblem, type RegoResult, sortProblems } from '../syntax/rego-problem.ts';

/** Query, and the texts it refers to. */
export type DepsRegoOptions = {
  /** A body such as `data.novacron.deny`. */
  readonly query: string;
  /** The texts by path. */
  readonly modules: Readonly<Record<string, string>>;
  /** @defaultValue `auto` */
  readonly regoVersion?: 'auto' | RegoVersion;
};

/** Documents by path, sorted; a path ends where only evaluation knows the next part. */
export type RegoDependencies = {
  /** Below `input`, and below `data` where no rule defines them. */
  readonly base: readonly string[];
  /** Documents that rules define. */
  readonly virtual: readonly string[];
};

const QUERY_FILE = 'query';
const HEADER = `package ${QUERY_PACKAGE}
import rego.v1
answer if {
`;
const HEADER_ROWS = 3;

/**
 * Finds all documents that a query can reach, through rules and functions.
 *
 * @returns them, or what is wrong with the query or the texts
 */
export function depsRego(options: DepsRegoOptions): RegoResult<RegoDependencies> {
  const { query, modules: texts, regoVersion = 'auto' } = options;
  const all = { ...texts, [QUERY_FILE]: `${HEADER}${query}\n}` };
  const modules: Module[] = [];
  const problems: RegoProblem[] = [];
  for (const [file, text] of Object.entries(all)) {
    const parsed = parseRego(text, { file, regoVersion: file === QUERY_FILE ? 'v1' : regoVersion });
    if (parsed.ok) modules.push(parsed.value);
    else problems.push(...parsed.error);
  }
  const root = buildRuleTree(modules, problems);
  if (problems.length === 0)
    resolveRules(root, { modules, texts: all, prints: 'dropped' }, problems);
  if (problems.length === 0) checkRecursion(findUses(root), problems);
  if (problems.length === 0) orderRules(root, new Set(), problems);
  if (problems.length > 0) return { ok: false, error: sortProblems(problems.map(ownRows)) };
  const start = findNode(root, [QUERY_PACKAGE, 'answer']);
  return { ok: true, value: start === undefined ? { base: [], virtual: [] } : walk(root, start) };
}

/** Rows are counted from the query's first line. */
function ownRows(problem: RegoProblem): RegoProblem {
  if (problem.file !== QUERY_FILE) return problem;
  return { ...problem, row: Math.max(1, problem.row - HEADER_ROWS) };
}

function walk(root: RuleNode, start: RuleNode): RegoDependencies {
  const uses = findUses(root);
  const reached = new Set<RuleNode>();
  const base = new Set<string>();
  const queue = [start];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    const used = uses.get(node);
    queue.push(...(used?.rules ?? []));
    for (const document of [...(used?.inputs ?? []), ...(used?.documents ?? [])]) {
      base.add(pathOf(document));
    }
  }
  reached.delete(start);
  const virtual = [...reached].map(({ path }) => ['data', ...path].join('.'));
  return { base: [...base].sort(), virtual: virtual.sort() };
}

function pathOf({ root, path }: DocumentTerm): string {
  const end = path.findIndex((part) => part.kind !== 'const' || typeof part.value !== 'string');
  const fixed = end < 0 ? path : path.slice(0, end);
  return [root, ...fixed.map((part) => (part.kind === 'const' ? String(part.value) : ''))].join(
    '.',
  );
}
