// How Rego says what other languages write differently: sentences that follow a problem's own.

import type { Token } from './lex-cursor.ts';

const AND = 'Rego has no "and": write the conditions on lines of their own, or between them ";".';
const OR = 'Rego has no "or": write the rule twice, with one condition each.';
const ARROW = 'Rego has no arrow functions: write name(x) := value if { … }.';
const UNEQUAL = 'Write "!=" for "is not equal".';

/** Hints by the preceding mark and the unexpected mark directly after it. */
const HINTS_OF_MARKS: Readonly<Record<string, string>> = {
  '& &': AND,
  '| |': OR,
  '= >': ARROW,
  '- >': ARROW,
  '< >': UNEQUAL,
  '!= =': UNEQUAL,
  '== =': 'Write "==" to compare.',
  '/ /': 'A comment begins with "#".',
  '/ *': 'A comment begins with "#", on each of its lines.',
};

/** Hints by a name that is unexpected at its position. */
const HINTS_OF_NAMES: Readonly<Record<string, string>> = {
  and: AND,
  or: OR,
  is: 'Write "==" to compare.',
};

/** Hints by a character that Rego does not use. */
const HINTS_OF_CHARACTERS: Readonly<Record<string, string>> = {
  '!': 'Write "not" for "is not true": not input.x.',
  "'": 'Strings are in double quotes.',
  '?':
    'Rego has no "a ? b : c": write the rule with "else", x := b if a else := c. ' +
    'What is absent is undefined by itself; object.get has defaults.',
};

/** Returns what a reader probably wanted to write where a token was not expected. */
export function hintAtToken(
  before: Token | undefined,
  token: Token,
  next: Token | undefined,
): string | undefined {
  if (token.kind === 'name') return own(HINTS_OF_NAMES, token.text);
  if (token.kind !== 'mark') return undefined;
  const pairs = [
    ...(before?.kind === 'mark' && token.gap === 'none' ? [`${before.text} ${token.text}`] : []),
    ...(next?.kind === 'mark' && next.gap === 'none' ? [`${token.text} ${next.text}`] : []),
  ];
  for (const pair of pairs) {
    const hint = own(HINTS_OF_MARKS, pair);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** Returns what a reader probably wanted to write with a character that has no meaning. */
export function hintAtCharacter(character: string): string | undefined {
  return own(HINTS_OF_CHARACTERS, character);
}

function own(hints: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(hints, key) ? hints[key] : undefined;
}
