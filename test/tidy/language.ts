/** TypeScript features that this repository does not use. */
import type { Finding, Rule } from './finding.ts';
import {
  asNode,
  listOf,
  nodesBelow,
  type ParsedFile,
  parseFile,
  type SyntaxNode,
} from './syntax.ts';
import { isTest, isTypeScript, isWritten, type TrackedFile } from './tracked-file.ts';

type Advise = (node: SyntaxNode, file: TrackedFile) => string | undefined;

function findInSyntax(files: readonly TrackedFile[], advise: Advise): readonly Finding[] {
  return files
    .filter((file) => isTypeScript(file) && isWritten(file))
    .flatMap((file) => findInFile(parseFile(file), advise));
}

function findInFile(parsed: ParsedFile, advise: Advise): readonly Finding[] {
  return parsed.nodes.flatMap((node): Finding[] => {
    const advice = advise(node, parsed.file);
    if (advice === undefined) return [];
    return [{ path: parsed.file.path, line: parsed.firstLine(node), advice }];
  });
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

/** Outside of the kernel, the application commits through `kernel/write`. */
export const findDirectCommits: Rule = (files) =>
  findInSyntax(
    files.filter((file) => OUTSIDE_KERNEL.test(file.path) && !isTest(file)),
    (node) => {
      if (node.type !== 'MemberExpression' || nameOf(node.property) !== 'commit') return undefined;
      const owner = asNode(node.object);
      return [nameOf(owner), nameOf(owner?.property)].includes('store')
        ? 'commits by itself; call commitChanges, or one of the others in kernel/write.'
        : undefined;
    },
  );

const OUTSIDE_KERNEL = /^server\/src\/app\/(?!kernel\/)/;

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

/**
 * Tests wait for a condition or move virtual time; they never just wait. The one shared helper that
 * waits until a condition holds looks again after a while, so it has a timer.
 */
export const findSleeps: Rule = (files) =>
  findInSyntax(
    files.filter((file) => isTest(file) && !WAIT_HELPER.test(file.path)),
    (node) => {
      if (
        node.type === 'ImportDeclaration' &&
        asNode(node.source)?.value === 'node:timers/promises'
      ) {
        const names = listOf(node.specifiers).map(importedName);
        return names.includes('setTimeout') ? SLEEP_ADVICE : undefined;
      }
      return isPromiseOfTimer(node) ? SLEEP_ADVICE : undefined;
    },
  );

const WAIT_HELPER = /(^|\/)wait-until[.]ts$/;

const SLEEP_ADVICE = 'sleeps; use virtual time, or wait until the condition holds.';

function importedName({ imported, local }: SyntaxNode): string {
  return nameOf(imported) || nameOf(local);
}

/** `new Promise((resolve) => setTimeout(resolve, …))`, and the same with `() => resolve()`. */
function isPromiseOfTimer(node: SyntaxNode): boolean {
  if (node.type !== 'NewExpression' || nameOf(node.callee) !== 'Promise') return false;
  const body = argumentAt(node, 0);
  const [param] = listOf(body?.params);
  const resolve = nameOf(param) || nameOf(param?.pat);
  if (resolve === '') return false;
  return nodesBelow(body).some((inner) => {
    if (inner.type !== 'CallExpression' || nameOf(inner.callee) !== 'setTimeout') return false;
    const first = argumentAt(inner, 0);
    const call = asNode(first?.body);
    return nameOf(first) === resolve || nameOf(call?.callee) === resolve;
  });
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
