// Builtins over strings. Positions and lengths count characters (code points).

import { isSet, type RegoValue, typeOf } from '../../values/rego-value.ts';
import {
  asInteger,
  asList,
  asPairs,
  asString,
  asStrings,
  fail,
  type HostBuiltin,
  type HostBuiltins,
} from '../host/host-builtin.ts';
import { renderTemplate } from './render-template.ts';
import { sprintf } from './sprintf.ts';
import { plainText } from './value-text.ts';

const SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING_SPACE = new RegExp(`^${SPACE}+`);
const SPACES: ReadonlySet<string> = new Set(
  Array.from({ length: 0x3001 }, (_, unit) => String.fromCharCode(unit)).filter((c) =>
    LEADING_SPACE.test(c),
  ),
);

function cut(text: string, drops: ReadonlySet<string>, sides: 'left' | 'right' | 'both'): string {
  const letters = [...text];
  let start = 0;
  let end = letters.length;
  if (sides !== 'right') while (start < end && drops.has(letters[start] ?? '')) start += 1;
  if (sides !== 'left') while (end > start && drops.has(letters[end - 1] ?? '')) end -= 1;
  return letters.slice(start, end).join('');
}

function trimming(sides: 'left' | 'right' | 'both'): HostBuiltin {
  return ([text, drops]) => cut(asString(text), new Set(asString(drops)), sides);
}

// One character becomes one character, as in Go: "ß" stays as it is.
function mapLetters(text: string, change: (letter: string) => string): string {
  return [...text]
    .map((letter) => {
      const changed = change(letter);
      if (letter === '\u0130') return changed === letter ? letter : 'i';
      return [...changed].length === 1 ? changed : letter;
    })
    .join('');
}

function positions(text: string, part: string): readonly number[] {
  if (part === '') return fail('the text to look for is empty');
  const found: number[] = [];
  let units = 0;
  let letters = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    letters += [...text.slice(units, at)].length;
    units = at;
    found.push(letters);
  }
  return found;
}

function substring([text, offset, length]: readonly RegoValue[]): RegoValue {
  const letters = [...asString(text)];
  const start = asInteger(offset);
  const size = asInteger(length);
  if (start < 0) return fail('the offset is negative');
  return letters.slice(start, size < 0 ? undefined : start + size).join('');
}

function replaceMany([patterns, text]: readonly RegoValue[]): RegoValue {
  const pairs = asPairs(patterns).map(([a, b]) => [asString(a), asString(b)] as const);
  const rest = asString(text);
  let result = '';
  for (let at = 0; at < rest.length; ) {
    const match = pairs.find(([from]) => from !== '' && rest.startsWith(from, at));
    result += match ? match[1] : (rest[at] ?? '');
    at += match ? match[0].length : 1;
  }
  return result;
}

function oneOrMany(value: RegoValue | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : asStrings(value);
}

function anyMatch(test: (text: string, part: string) => boolean): HostBuiltin {
  return ([texts, parts]) => {
    const all = oneOrMany(parts);
    return oneOrMany(texts).some((text) => all.some((part) => test(text, part)));
  };
}

/** The first `count` parts, or with a negative count the last ones. */
function splitN([text, delimiter, count]: readonly RegoValue[]): RegoValue {
  const mark = asString(delimiter);
  const parts = mark === '' ? [...asString(text)] : asString(text).split(mark);
  const wanted = asInteger(count);
  return wanted >= 0 ? parts.slice(0, wanted) : parts.slice(Math.max(0, parts.length + wanted));
}

function replaceAll(text: string, from: string, to: string): string {
  if (from !== '') return text.split(from).join(to);
  return `${to}${[...text].map((letter) => letter + to).join('')}`;
}

function templateText([parts]: readonly RegoValue[]): RegoValue {
  const text = (part: RegoValue): string => {
    if (!isSet(part)) return plainText(part);
    const [value] = part.items;
    if (part.items.length > 1) return fail('a template expression has more than one value');
    return value === undefined ? '<undefined>' : plainText(value);
  };
  return asList(parts).map(text).join('');
}

/** The builtins over strings. */
export const STRING_BUILTINS: HostBuiltins = {
  'internal.template_string': templateText,
  type_name: ([value]) => (value === undefined ? undefined : typeOf(value)),
  lower: ([text]) => mapLetters(asString(text), (letter) => letter.toLowerCase()),
  upper: ([text]) => mapLetters(asString(text), (letter) => letter.toUpperCase()),
  trim: trimming('both'),
  trim_left: trimming('left'),
  trim_right: trimming('right'),
  trim_space: ([text]) => cut(asString(text), SPACES, 'both'),
  trim_prefix: ([text, part]) => {
    const [whole, prefix] = [asString(text), asString(part)];
    return whole.startsWith(prefix) ? whole.slice(prefix.length) : whole;
  },
  trim_suffix: ([text, part]) => {
    const [whole, suffix] = [asString(text), asString(part)];
    return whole.endsWith(suffix) ? whole.slice(0, whole.length - suffix.length) : whole;
  },
  replace: ([text, from, to]) => replaceAll(asString(text), asString(from), asString(to)),
  'strings.replace_n': replaceMany,
  'strings.render_template': ([template, values]) =>
    renderTemplate(asString(template), values ?? null),
  'strings.reverse': ([text]) => [...asString(text)].reverse().join(''),
  'strings.count': ([text, part]) => {
    const [whole, piece] = [asString(text), asString(part)];
    return piece === '' ? [...whole].length + 1 : whole.split(piece).length - 1;
  },
  'strings.split_n': splitN,
  'strings.any_prefix_match': anyMatch((text, part) => text.startsWith(part)),
  'strings.any_suffix_match': anyMatch((text, part) => text.endsWith(part)),
  indexof: ([text, part]) => positions(asString(text), asString(part))[0] ?? -1,
  indexof_n: ([text, part]) => positions(asString(text), asString(part)),
  substring,
  sprintf: ([format, values]) => sprintf(asString(format), asList(values)),
};
