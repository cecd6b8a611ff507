// Globs to regular expressions: `*` and `?` stop at delimiters, `**` does not, `[a-z]`, `[!a-z]`,
// `{a,b}`, and `\` before a letter that means itself.

import { fail } from '../host/host-builtin.ts';

const SPECIAL = /[\\^$.*+?()[\]{}|/-]/g;

function quote(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}

function classOf(letters: string, negated: boolean): string {
  return `[${negated ? '^' : ''}${letters.replace(/[\\\]^[]/g, '\\$&')}]`;
}

/** The regular expression of a glob; the whole text must match. */
export function globToRegex(glob: string, delimiters: readonly string[]): string {
  const separators = delimiters.join('');
  const single = separators === '' ? '(?s:.)' : `[^${quote(separators)}]`;
  let pattern = '';
  let depth = 0;
  const letters = [...glob];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? '';
    if (letter === '\\') {
      at += 1;
      pattern += quote(letters[at] ?? fail('a glob ends with "\\"'));
    } else if (letter === '*') {
      const isSuper = letters[at + 1] === '*';
      if (isSuper) at += 1;
      pattern += isSuper ? '(?s:.*)' : `${single}*`;
    } else if (letter === '?') pattern += single;
    else if (letter === '[') {
      const end = letters.indexOf(']', at + 2);
      if (end < 0) return fail('a "[" of a glob is never closed');
      const negated = letters[at + 1] === '!';
      pattern += classOf(letters.slice(at + (negated ? 2 : 1), end).join(''), negated);
      at = end;
    } else if (letter === '{') {
      depth += 1;
      pattern += '(?:';
    } else if (letter === '}' && depth > 0) {
      depth -= 1;
      pattern += ')';
    } else if (letter === ',' && depth > 0) pattern += '|';
    else pattern += quote(letter);
  }
  return depth === 0 ? `^(?:${pattern})$` : fail('a "{" of a glob is never closed');
}

/** A glob that matches exactly a text. */
export function quoteGlob(text: string): string {
  return text.replace(/[\\*?[\]{}]/g, '\\$&');
}
