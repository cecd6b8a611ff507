/** Shapes of code that hide something: from the reader, from the compiler, or from these rules. */
import type { Finding, Rule } from './finding.ts';
import {
  asNode,
  isFunction,
  listOf,
  nodesBelow,
  type ParsedFile,
  parseFile,
  type SyntaxNode,
} from './syntax.ts';
import { isCode, isTest, isTypeScript, isWritten, type TrackedFile } from './tracked-file.ts';

const CASTS_MAX = 150;

/** No literal is spread into a literal or a call: its parts stand there themselves. */
export const findPackingSpreads: Rule = (files) =>
  files
    .filter((file) => isCode(file) && isWritten(file))
    .map(parseFile)
    .flatMap((parsed) =>
      parsed.nodes.flatMap((node) =>
        listPackedLiterals(node).map((literal) => ({
          path: parsed.file.path,
          line: parsed.firstLine(literal),
          advice: 'spreads a literal that it has just made; write its parts out, one a line.',
        })),
      ),
    );

function listPackedLiterals(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === 'ObjectExpression') {
    const spreads = listOf(node.properties).filter(({ type }) => type === 'SpreadElement');
    return literalsAmong(
      spreads.map((each) => each.arguments),
      'ObjectExpression',
    );
  }
  const list = node.type === 'ArrayExpression' ? node.elements : node.arguments;
  return literalsAmong(spreadOf(list), 'ArrayExpression');
}

/**
 * Returns the expressions that are spread in a list: its entries are not nodes but contain one
 * each.
 */
function spreadOf(list: unknown): readonly unknown[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown): unknown[] => {
    if (typeof entry !== 'object' || entry === null || !('spread' in entry)) return [];
    return entry.spread && 'expression' in entry ? [entry.expression] : [];
  });
}

function literalsAmong(values: readonly unknown[], type: string): readonly SyntaxNode[] {
  const literals = values.map((value) => unwrap(asNode(value)));
  return literals.filter((node) => node !== undefined).filter((node) => node.type === type);
}

const WRAPPERS = /^(ParenthesisExpression|TsConstAssertion|TsAsExpression|TsSatisfiesExpression)$/;

/** An expression without its parentheses and casts. */
function unwrap(node: SyntaxNode | undefined): SyntaxNode | undefined {
  return node !== undefined && WRAPPERS.test(node.type) ? unwrap(asNode(node.expression)) : node;
}

interface Cast {
  readonly path: string;
  readonly line: number;
  readonly isExplained: boolean;
}

/** A cast says in a comment beside or above it why it is true. `as const` is none. */
export const findUnexplainedCasts: Rule = (files) =>
  listCasts(files)
    .filter(({ isExplained }) => !isExplained)
    .map(({ path, line }) => ({
      path,
      line,
      advice:
        'casts without a reason; parse, narrow or use satisfies, or say above why it is true.',
    }));

/** The product has at most 150 casts; if it has more, all of them are listed. */
export const findTooManyCasts: Rule = (files) => {
  const casts = listCasts(files);
  if (casts.length <= CASTS_MAX) return [];
  return casts.map(({ path, line }) => ({
    path,
    line,
    advice: `one of ${casts.length} casts, ${CASTS_MAX} at most; parse, narrow or use satisfies.`,
  }));
};

function listCasts(files: readonly TrackedFile[]): readonly Cast[] {
  return product(files).flatMap((parsed) => {
    const casts = parsed.nodes.filter(isCast);
    // `a as unknown as B` is one.
    const inner = new Set(casts.map((node) => node.expression));
    const lines = parsed.file.text.split('\n');
    return casts
      .filter((node) => !inner.has(node))
      .map((node): Cast => {
        const [first, last] = [parsed.firstLine(node), parsed.lastLine(node)];
        const beside = lines.slice(first - 1, last).some((line) => /\/\/ |\/\*/.test(line));
        const above = /^\s*(\/\/|\/\*|\*)/.test(lines[first - 2] ?? '');
        return { path: parsed.file.path, line: first, isExplained: beside || above };
      });
  });
}

function isCast({ type }: SyntaxNode): boolean {
  return type === 'TsAsExpression' || type === 'TsTypeAssertion';
}

function product(files: readonly TrackedFile[]): readonly ParsedFile[] {
  return files
    .filter((file) => isTypeScript(file) && isWritten(file) && !isTest(file))
    .map(parseFile);
}

/** A function that promises `x is T` looks at x, and one that only casts its argument is a cast. */
export const findEmptyPromises: Rule = (files) =>
  product(files).flatMap((parsed) =>
    parsed.nodes.filter(isFunction).flatMap((node): Finding[] => {
      const advice = adviseOnPromise(node);
      return advice === undefined
        ? []
        : [{ path: parsed.file.path, line: parsed.firstLine(node), advice }];
    }),
  );

function adviseOnPromise(node: SyntaxNode): string | undefined {
  const holder = asNode(node.function) ?? node;
  const annotation = asNode(asNode(holder.returnType)?.typeAnnotation);
  if (annotation?.type === 'TsTypePredicate' && annotation.asserts !== true) {
    const name = asNode(annotation.paramName)?.value;
    const looks = nodesBelow(holder.body).some(
      ({ type, value }) => type === 'Identifier' && value === name,
    );
    return looks ? undefined : 'promises "is" without a look at its argument; check it.';
  }
  const returned = soleResult(holder);
  if (returned === undefined || !isCast(returned)) return undefined;
  const casted = unwrap(returned);
  const names = listOf(holder.params).map((each) => asNode(each.pat)?.value ?? each.value);
  return casted?.type === 'Identifier' && names.includes(casted.value)
    ? 'only returns its argument under another type; parse it, or cast where it is true.'
    : undefined;
}

/** Returns the result of a function that only returns an expression. */
function soleResult({ body }: SyntaxNode): SyntaxNode | undefined {
  const node = asNode(body);
  if (node?.type !== 'FunctionBody') return withoutParentheses(node);
  const [first, ...rest] = listOf(node.stmts);
  if (first?.type !== 'ReturnStatement' || rest.length > 0) return undefined;
  return withoutParentheses(asNode(first.argument));
}

function withoutParentheses(node: SyntaxNode | undefined): SyntaxNode | undefined {
  return node?.type === 'ParenthesisExpression'
    ? withoutParentheses(asNode(node.expression))
    : node;
}
