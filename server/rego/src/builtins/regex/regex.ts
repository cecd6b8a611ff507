// Regular expressions in time linear to the text (RE2's syntax), and globs on top of them.

import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { isArray, type RegoValue } from '../../values/rego-value.ts';
import {
  asInteger,
  asString,
  asStrings,
  exceed,
  fail,
  type HostBuiltins,
} from '../host/host-builtin.ts';
import { globToRegex, quoteGlob } from './glob.ts';
import { globsIntersect } from './glob-intersection.ts';

/** Maximum number of cached expressions. */
const CACHE_SIZE_MAX = 256;
/** An expression may be this long; compiled ones grow with their repetitions. */
const PATTERN_LENGTH_MAX = 10_000;

/** Compiled expressions by their text; `invalid` for a text that is not one. */
const cache = new LRUCache<string, RE2JS | 'invalid'>({ max: CACHE_SIZE_MAX });

function tryCompile(pattern: string): RE2JS | undefined {
  if (pattern.length > PATTERN_LENGTH_MAX) {
    return exceed(`a regular expression is longer than ${PATTERN_LENGTH_MAX} characters`);
  }
  const known = cache.get(pattern);
  const compiled = known ?? compileNew(pattern);
  if (known === undefined) cache.set(pattern, compiled);
  return compiled === 'invalid' ? undefined : compiled;
}

function compileNew(pattern: string): RE2JS | 'invalid' {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return 'invalid';
  }
}

function compile(pattern: RegoValue | undefined): RE2JS {
  return tryCompile(asString(pattern)) ?? fail('the text is no regular expression of RE2');
}

type Match = {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly string[];
  readonly named: ReadonlyMap<string, string>;
};

// As in Go: an empty match right after another match does not count.
function findAll(expression: RE2JS, text: string, limit: number): readonly Match[] {
  const matcher = expression.matcher(text);
  const names = Object.entries(expression.namedGroups());
  const matches: Match[] = [];
  let previousEnd = -1;
  while ((limit < 0 || matches.length < limit) && matcher.find()) {
    const start = matcher.start();
    const end = matcher.end();
    if (start === end && start === previousEnd) continue;
    previousEnd = end;
    const groups = Array.from(
      { length: matcher.groupCount() + 1 },
      (_, index) => matcher.group(index) ?? '',
    );
    const named = new Map(names.map(([name, index]) => [name, groups[index] ?? ''] as const));
    matches.push({ start, end, groups, named });
  }
  return matches;
}

function isMatch([pattern, text]: readonly RegoValue[]): boolean {
  return compile(pattern).matcher(asString(text)).find();
}

// `$name`, `${name}`, `$1` and `$$` in a replacement; an unknown name is empty.
function expand(template: string, match: Match): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced, bare) => {
    if (whole === '$$') return '$';
    const name = String(braced ?? bare);
    return /^\d+$/.test(name) ? (match.groups[Number(name)] ?? '') : (match.named.get(name) ?? '');
  });
}

function replace([text, pattern, template]: readonly RegoValue[]): RegoValue {
  const whole = asString(text);
  const into = asString(template);
  let result = '';
  let from = 0;
  for (const match of findAll(compile(pattern), whole, -1)) {
    result += whole.slice(from, match.start) + expand(into, match);
    from = match.end;
  }
  return result + whole.slice(from);
}

function split([pattern, text]: readonly RegoValue[]): RegoValue {
  const whole = asString(text);
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of findAll(compile(pattern), whole, -1)) {
    if (end === 0 || (start === end && start === whole.length)) continue;
    parts.push(whole.slice(from, start));
    from = end;
  }
  return [...parts, whole.slice(from)];
}

// `before<expression>after`: what is between the delimiters is a regular expression.
function templateMatch([template, text, open, close]: readonly RegoValue[]): RegoValue {
  const whole = asString(template);
  const [opening, closing] = [asString(open), asString(close)];
  if ([...opening].length !== 1 || [...closing].length !== 1)
    return fail('a delimiter is no letter');
  let pattern = '^';
  let at = 0;
  while (at < whole.length) {
    const start = whole.indexOf(opening, at);
    const plain = whole.slice(at, start < 0 ? undefined : start);
    if (plain.includes(closing)) return fail('the delimiters do not match');
    pattern += RE2JS.quote(plain);
    if (start < 0) break;
    const end = closingIndex(whole, start, opening, closing);
    pattern += `(?:${whole.slice(start + 1, end)})`;
    at = end + 1;
  }
  return isMatch([`${pattern}$`, text ?? null]);
}

function closingIndex(text: string, start: number, open: string, close: string): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === open) depth += 1;
    else if (text[at] === close) depth -= 1;
    if (depth === 0) return at;
  }
  return fail('the delimiters do not match');
}

function matchGlob([pattern, delimiters, text]: readonly RegoValue[]): RegoValue {
  const given = delimiters !== undefined && isArray(delimiters) ? asStrings(delimiters) : undefined;
  const separators = given?.length === 0 ? ['.'] : (given ?? []);
  return isMatch([globToRegex(asString(pattern), separators), text ?? null]);
}

/** The builtins over regular expressions and globs. */
export const REGEX_BUILTINS: HostBuiltins = {
  'regex.match': isMatch,
  re_match: isMatch,
  'regex.is_valid': ([pattern]) => typeof pattern === 'string' && tryCompile(pattern) !== undefined,
  'regex.find_n': ([pattern, text, limit]) =>
    findAll(compile(pattern), asString(text), asInteger(limit)).map(
      ({ groups }) => groups[0] ?? '',
    ),
  'regex.find_all_string_submatch_n': ([pattern, text, limit]) =>
    findAll(compile(pattern), asString(text), asInteger(limit)).map(({ groups }) => groups),
  'regex.replace': replace,
  'regex.split': split,
  'regex.template_match': templateMatch,
  'regex.globs_match': ([first, second]) => globsIntersect(asString(first), asString(second)),
  'glob.match': matchGlob,
  'glob.quote_meta': ([pattern]) => quoteGlob(asString(pattern)),
};
