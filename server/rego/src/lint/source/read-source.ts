// Texts to what lint rules read: tree, tokens, comments, imports and annotations.

import { lex } from '../../parse/lex.ts';
import { parseRego } from '../../parse/parse-rego.ts';
import { readAnnotations } from '../../parse/read-annotations.ts';
import { readComments } from '../../parse/read-comments.ts';
import { readImports } from '../../parse/read-imports.ts';
import type { RegoVersion } from '../../syntax/ast.ts';
import type { RegoProblem } from '../../syntax/rego-problem.ts';
import type { SourceFile } from './model.ts';
import { findDeclared, isKeywordImport, keyOfPlace, nameOfImport, nameOfRule } from './names.ts';
import { walkRule } from './walk-rule.ts';

/** The files that parse, and what is wrong with the others. */
export type Sources = {
  readonly files: readonly SourceFile[];
  readonly problems: readonly RegoProblem[];
};

/** Reads texts by path. */
export function readSources(
  texts: Readonly<Record<string, string>>,
  regoVersion: 'auto' | RegoVersion,
): Sources {
  const files: Omit<SourceFile, 'ruleNames'>[] = [];
  const problems: RegoProblem[] = [];
  for (const [path, text] of Object.entries(texts)) {
    const parsed = parseRego(text, { file: path, regoVersion });
    if (!parsed.ok) {
      problems.push(...parsed.error);
      continue;
    }
    const tokens = lex(text).filter(({ kind }) => kind !== 'end');
    const visitsOf = new Map(parsed.value.rules.map((rule) => [rule, walkRule(rule)]));
    const imports = readImports(tokens);
    const comments = readComments(text, tokens);
    // What looks like an annotation inside a raw string is none.
    const rows = new Set(comments.map(({ at }) => at.row));
    const annotations = readAnnotations(text, { file: path });
    files.push({
      path,
      text,
      lines: text.split('\n').map((line) => line.replace(/\r$/, '')),
      module: parsed.value,
      tokens,
      comments,
      imports,
      importNames: new Set(imports.filter((each) => !isKeywordImport(each)).map(nameOfImport)),
      annotations: (annotations.ok ? annotations.value : []).filter(({ row }) => rows.has(row)),
      tokenIndex: new Map(tokens.map((token, index) => [keyOfPlace(token.at), index])),
      visits: [...visitsOf.values()].flat(),
      visitsOf,
      declared: new Map([...visitsOf].map(([rule, own]) => [rule, findDeclared(rule, own)])),
    });
  }
  const names = namesByPackage(files);
  const named = files.map((file) => ({
    ...file,
    ruleNames: names.get(file.module.package.join('.')) ?? new Set<string>(),
  }));
  return { files: named, problems };
}

function namesByPackage(files: readonly Pick<SourceFile, 'module'>[]) {
  const names = new Map<string, Set<string>>();
  for (const { module } of files) {
    const home = module.package.join('.');
    const known = names.get(home) ?? new Set<string>();
    names.set(home, known);
    for (const rule of module.rules) known.add(nameOfRule(rule));
  }
  return names;
}
