/** Every export is introduced in words; imports say the file that they mean. */
import type { Finding, Rule } from './finding.ts';
import { asNode, listOf, type ParsedFile, parseFile, type SyntaxNode } from './syntax.ts';
import { isTest, isTypeScript, isWritten } from './tracked-file.ts';

/**
 * A comment stands above every export, or above the block of lines that it belongs to. A type that
 * is read off the schema of its name needs none of its own, nor does the only export of a file
 * whose header introduces it.
 */
export const findWordlessExports: Rule = (files) =>
  files
    .filter((file) => isTypeScript(file) && isWritten(file) && !isTest(file))
    .flatMap((file) => findInFile(parseFile(file)));

function findInFile(parsed: ParsedFile): readonly Finding[] {
  const { path, text } = parsed.file;
  const lines = text.split('\n');
  const all = exportsOf(parsed);
  if (all.length <= 1 && /^(#!.*\n)?(\/\*\*|\/\/)/.test(text)) return [];
  const seen = new Set<string>();
  return all.flatMap(({ name, line }): Finding[] => {
    const isTwin = seen.has(name);
    seen.add(name);
    if (isTwin || isIntroduced(lines, line)) return [];
    return [{ path, line, advice: `${name} has no comment; say in a sentence what it is.` }];
  });
}

/** Walks up the block, past other declarations, to what stands above it. */
function isIntroduced(lines: readonly string[], line: number): boolean {
  for (let index = line - 2; index >= 0; index -= 1) {
    const text = lines[index]?.trim() ?? '';
    if (text === '') return false;
    if (text.endsWith('*/') || text.startsWith('//')) return true;
  }
  return false;
}

interface Exported {
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

function exportsOf(parsed: ParsedFile): readonly Exported[] {
  return parsed.body
    .filter(({ type }) => type === 'ExportDeclaration')
    .map((node) => ({
      name: declaredName(asNode(node.declaration)),
      line: parsed.firstLine(node),
    }));
}

function declaredName(declaration: SyntaxNode | undefined): string {
  const [first] = listOf(declaration?.declarations);
  const named = asNode(first?.id) ?? asNode(declaration?.id) ?? asNode(declaration?.identifier);
  return typeof named?.value === 'string' ? named.value : 'It';
}

const RELATIVE = /^[.]{1,2}\//;
const HAS_ENDING = /[.](ts|tsx|mjs|cjs|json|css)$/;

/** Relative imports name a file, with its ending. */
export const findImportsWithoutEnding: Rule = (files) =>
  files
    .filter((file) => isTypeScript(file) && isWritten(file))
    .flatMap((file) => {
      const parsed = parseFile(file);
      return parsed.body.flatMap((node): Finding[] => {
        const source = asNode(node.source)?.value;
        if (typeof source !== 'string' || !RELATIVE.test(source)) return [];
        if (HAS_ENDING.test(source)) return [];
        const advice = `imports ${source}; name the file with its ending: ${source}.ts.`;
        return [{ path: file.path, line: parsed.firstLine(node), advice }];
      });
    });
