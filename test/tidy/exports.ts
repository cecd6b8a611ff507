/** Every export is introduced in words; imports say the file that they mean. */
import type { Finding, Rule } from './finding.ts';
import { asNode, type ParsedFile, parseFile, type SyntaxNode, visit } from './syntax.ts';
import { isTest, isTypeScript, isWritten } from './tracked-file.ts';

/**
 * A comment stands above every export. A type that is read off the schema of its name needs none of
 * its own, nor does the only export of a file whose header introduces it.
 */
export const findWordlessExports: Rule = (files) =>
  files
    .filter((file) => isTypeScript(file) && isWritten(file) && !isTest(file))
    .flatMap((file) => findInFile(parseFile(file)));

function findInFile(parsed: ParsedFile): readonly Finding[] {
  const lines = parsed.file.text.split('\n');
  const all = exportsOf(parsed.root);
  const hasHeader = /^(#!.*\n)?(\/\*\*|\/\/)/.test(parsed.file.text);
  if (all.length <= 1 && hasHeader) return [];
  const seen = new Set<string>();
  return all.flatMap(({ name, node }): Finding[] => {
    const isTwin = seen.has(name);
    seen.add(name);
    const line = parsed.firstLine(node);
    const above = lines[line - 2]?.trimEnd() ?? '';
    if (isTwin || above.endsWith('*/') || above.trimStart().startsWith('//')) return [];
    return [
      { path: parsed.file.path, line, advice: `${name} has no comment; say in a sentence what it is.` },
    ];
  });
}

interface Exported {
  readonly name: string;
  readonly node: SyntaxNode;
}

function exportsOf(root: SyntaxNode): readonly Exported[] {
  const body: readonly unknown[] = Array.isArray(root.body) ? root.body : [];
  return body.flatMap((value): Exported[] => {
    const node = asNode(value);
    if (node?.type !== 'ExportDeclaration') return [];
    return [{ name: declaredName(asNode(node.declaration)), node }];
  });
}

function declaredName(declaration: SyntaxNode | undefined): string {
  const declarations: readonly unknown[] = Array.isArray(declaration?.declarations)
    ? declaration.declarations
    : [];
  const first = asNode(declarations[0]);
  const named = asNode(first?.id) ?? asNode(declaration?.id) ?? asNode(declaration?.identifier);
  return typeof named?.value === 'string' ? named.value : 'It';
}

const RELATIVE = /^[.]{1,2}\//;
const HAS_ENDING = /[.](ts|tsx|mjs|cjs|json)$/;

/** Relative imports name a file, with its ending. */
export const findImportsWithoutEnding: Rule = (files) =>
  files
    .filter((file) => isTypeScript(file) && isWritten(file))
    .flatMap((file) => {
      const parsed = parseFile(file);
      const findings: Finding[] = [];
      visit(parsed.root, (node) => {
        const source = asNode(node.source)?.value;
        if (typeof source !== 'string' || !RELATIVE.test(source)) return;
        if (HAS_ENDING.test(source)) return;
        const advice = `imports ${source}; name the file with its ending: ${source}.ts.`;
        findings.push({ path: file.path, line: parsed.firstLine(node), advice });
      });
      return findings;
    });
