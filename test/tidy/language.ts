/** Which parts of TypeScript the house does without. */
import type { Finding, Rule } from './finding.ts';
import { asNode, type ParsedFile, parseFile, type SyntaxNode, visit } from './syntax.ts';
import { isTest, isTypeScript, isWritten, type TrackedFile } from './tracked-file.ts';

type Advise = (node: SyntaxNode, file: TrackedFile) => string | undefined;

function findInSyntax(files: readonly TrackedFile[], advise: Advise): readonly Finding[] {
  return files
    .filter((file) => isTypeScript(file) && isWritten(file))
    .flatMap((file) => findInFile(parseFile(file), advise));
}

function findInFile(parsed: ParsedFile, advise: Advise): readonly Finding[] {
  const findings: Finding[] = [];
  visit(parsed.root, (node) => {
    const advice = advise(node, parsed.file);
    if (advice === undefined) return;
    findings.push({ path: parsed.file.path, line: parsed.firstLine(node), advice });
  });
  return findings;
}

const BANNED_SYNTAX: Readonly<Record<string, string>> = {
  TsEnumDeclaration: 'is an enum; write a union of texts, or z.enum.',
  TsModuleDeclaration: 'is a namespace; write a module.',
  ExportDefaultDeclaration: 'is a default export; give it its name.',
  ExportDefaultExpression: 'is a default export; give it its name.',
  ExportAllDeclaration: 'exports everything of another file; import from where it is made.',
  TsNonNullExpression: 'asserts "not null" without a proof; test for undefined.',
};

/** No enum, namespace, default export, barrel, `any` or `!`. */
export const findBannedSyntax: Rule = (files) =>
  findInSyntax(files, (node) => {
    if (node.type === 'TsKeywordType' && node.kind === 'any') {
      return 'is any; say what it is, or unknown.';
    }
    return BANNED_SYNTAX[node.type];
  });

/** Programs report through their logger or their `io`; only scripts (.mjs) use the console. */
export const findConsole: Rule = (files) =>
  findInSyntax(files, (node) =>
    node.type === 'MemberExpression' && nameOf(node.object) === 'console'
      ? 'writes to the console; use the logger, or the io that main hands over.'
      : undefined,
  );

/** Tests that are left out, or that leave the others out. */
export const findSkippedTests: Rule = (files) =>
  findInSyntax(files, (node) => {
    if (node.type === 'CallExpression' && /^(xit|xtest|xdescribe|fit)$/.test(nameOf(node.callee))) {
      return 'runs too few tests; repair it or delete it.';
    }
    if (node.type !== 'MemberExpression') return undefined;
    const isOfTest = /^(test|it|describe)$/.test(nameOf(node.object));
    return isOfTest && /^(skip|only|todo|failing)$/.test(nameOf(node.property))
      ? `is test.${nameOf(node.property)}; repair the test or delete it.`
      : undefined;
  });

/** Tests wait for a condition or move virtual time; they never just wait. */
export const findSleeps: Rule = (files) =>
  findInSyntax(files.filter(isTest), (node) => {
    if (node.type === 'ImportDeclaration' && asNode(node.source)?.value === 'node:timers/promises') {
      const names = Array.isArray(node.specifiers) ? node.specifiers.map(importedName) : [];
      return names.includes('setTimeout') ? SLEEP_ADVICE : undefined;
    }
    return isPromiseOfTimer(node) ? SLEEP_ADVICE : undefined;
  });

const SLEEP_ADVICE = 'sleeps; use virtual time, or wait until the condition holds.';

function importedName(specifier: unknown): string {
  const node = asNode(specifier);
  return nameOf(node?.imported) || nameOf(node?.local);
}

/** `new Promise((resolve) => setTimeout(resolve, …))`, and the same with `() => resolve()`. */
function isPromiseOfTimer(node: SyntaxNode): boolean {
  if (node.type !== 'NewExpression' || nameOf(node.callee) !== 'Promise') return false;
  const body = argumentAt(node, 0);
  if (body === undefined) return false;
  const params = Array.isArray(body.params) ? body.params : [];
  const resolve = nameOf(params[0]) || nameOf(asNode(params[0])?.pat);
  let sleeps = false;
  visit(body, (inner) => {
    if (inner.type !== 'CallExpression' || nameOf(inner.callee) !== 'setTimeout') return;
    const first = argumentAt(inner, 0);
    const call = asNode(first?.body);
    sleeps ||= nameOf(first) === resolve || nameOf(call?.callee) === resolve;
  });
  return sleeps && resolve !== '';
}

function argumentAt(node: SyntaxNode, index: number): SyntaxNode | undefined {
  const given: readonly unknown[] = Array.isArray(node.arguments) ? node.arguments : [];
  const argument = given[index];
  if (typeof argument !== 'object' || argument === null) return undefined;
  return 'expression' in argument ? asNode(argument.expression) : undefined;
}

/** The name that an identifier has, or an empty text. */
function nameOf(value: unknown): string {
  const node = asNode(value);
  return node?.type === 'Identifier' && typeof node.value === 'string' ? node.value : '';
}
