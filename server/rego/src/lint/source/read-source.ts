// Texts to what lint rules read: tree, tokens, comments, imports and annotations.

import { lex } from '../../parse/lex.ts';
import type { Token } from '../../parse/lex-cursor.ts';
import { parseRego } from '../../parse/parse-rego.ts';
import { readAnnotations } from '../../parse/read-annotations.ts';
import type { RegoVersion } from '../../syntax/ast.ts';
import type { RegoProblem } from '../../syntax/rego-problem.ts';
import type { Comment, SourceFile, WrittenImport } from './model.ts';
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
    const annotations = readAnnotations(text, { file: path });
    files.push({
      path,
      text,
      lines: text.split('\n').map((line) => line.replace(/\r$/, '')),
      module: parsed.value,
      tokens,
      comments: readComments(text, tokens),
      imports,
      importNames: new Set(imports.filter((each) => !isKeywordImport(each)).map(nameOfImport)),
      annotations: annotations.ok ? annotations.value : [],
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

/** What stands between tokens is blanks and comments. */
function readComments(text: string, tokens: readonly Token[]): readonly Comment[] {
  const comments: Comment[] = [];
  let offset = 0;
  let row = 1;
  let lineStart = 0;
  const skipTo = (end: number, visible: 'comments' | 'tokens'): void => {
    for (; offset < end; offset += 1) {
      if (text[offset] === '\n') {
        row += 1;
        lineStart = offset + 1;
      } else if (visible === 'comments' && text[offset] === '#') {
        const lineEnd = text.indexOf('\n', offset);
        const stop = lineEnd < 0 ? text.length : lineEnd;
        const at = { row, column: offset - lineStart + 1 };
        comments.push({ text: text.slice(offset, stop).trimEnd(), at });
        offset = stop - 1;
      }
    }
  };
  for (const { span } of tokens) {
    skipTo(span[0], 'comments');
    skipTo(span[1], 'tokens');
  }
  skipTo(text.length, 'comments');
  return comments;
}

function readImports(tokens: readonly Token[]): readonly WrittenImport[] {
  return tokens.flatMap((token, index) => {
    const isImport = token.kind === 'name' && token.text === 'import';
    return isImport && token.gap === 'line' ? [readImport(tokens, index)] : [];
  });
}

function readImport(tokens: readonly Token[], start: number): WrittenImport {
  const path: string[] = [];
  let index = start + 1;
  for (let token = tokens[index]; token !== undefined; token = tokens[index]) {
    if (path.length > 0 && token.gap !== 'none') break;
    if (token.kind !== 'mark') path.push(token.text);
    index += 1;
  }
  const [word, alias] = tokens.slice(index, index + 2);
  const hasAlias = word?.kind === 'name' && word.text === 'as' && word.gap !== 'line';
  return {
    path,
    alias: hasAlias ? alias?.text : undefined,
    at: tokens[start]?.at ?? { row: 1, column: 1 },
  };
}
