/** Describes zod issues in words that follow a field's name: `must be at most 100`. */
import type { z } from 'zod';
import { nearName } from './find-near-name.ts';

type Issue = z.core.$ZodRawIssue;
type IssueOf<Code extends Issue['code']> = Extract<Issue, { readonly code: Code }>;

/** Hand this to a parse whose messages people read: `schema.safeParse(value, IN_WORDS)`. */
export const IN_WORDS = { error: wordsOfIssue } as const;

/**
 * Says what is wrong with a value.
 * @returns words without a full stop; undefined where the schema or zod has the better ones
 */
export function wordsOfIssue(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return wordsOfType(issue);
    case 'invalid_value':
      if (issue.input === undefined && isInside(issue.path)) return MISSING;
      return wordsOfChoice(issue.values, issue.input);
    case 'too_small':
      return `must ${beOrHave(issue.origin)} ${leastOf(issue)}`;
    case 'too_big':
      return `must ${beOrHave(issue.origin)} ${mostOf(issue)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return WORDS_BY_FORMAT.get(issue.format);
    case 'invalid_union':
      return wordsOfUnion(issue);
    case 'invalid_key':
      return `is not a valid name for an entry: it ${issue.issues[0]?.message ?? 'is not valid'}`;
    default:
      return undefined;
  }
}

const MISSING = 'is missing';

const WORDS_BY_TYPE: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['null', 'null'],
]);

function wordsOfType({ expected, input, path }: IssueOf<'invalid_type'>): string | undefined {
  // A whole document that is not there has no name that the words could follow.
  if (input === undefined && isInside(path)) return MISSING;
  const wanted = WORDS_BY_TYPE.get(expected);
  return wanted === undefined ? undefined : `must be ${wanted}`;
}

function isInside(path: Issue['path']): boolean {
  return (path?.length ?? 0) > 0;
}

function wordsOfChoice(choices: readonly z.core.util.Primitive[], input: unknown): string {
  const all = choices.map((choice) => JSON.stringify(choice));
  const words = all.length === 1 ? `must be ${all[0]}` : `must be one of ${all.join(', ')}`;
  const texts = choices.filter((choice) => typeof choice === 'string');
  const near = typeof input === 'string' && all.length > 1 ? nearName(input, texts) : undefined;
  return near === undefined ? words : `${words}; did you mean ${JSON.stringify(near)}?`;
}

const WORDS_BY_FORMAT: ReadonlyMap<string, string> = new Map([
  ['datetime', 'must be a moment in RFC 3339, such as 2026-01-31T08:00:00Z'],
  ['url', 'must be a URL'],
  ['email', 'must be an e-mail address'],
  ['base64', 'must be base64'],
]);

/** Units of a value's size, by kind; a number is compared by its value. */
const COUNTED: ReadonlyMap<string, readonly [one: string, many: string]> = new Map([
  ['string', ['character', 'characters']],
  ['array', ['entry', 'entries']],
  ['set', ['entry', 'entries']],
  ['map', ['entry', 'entries']],
  ['object', ['entry', 'entries']],
]);

function beOrHave(origin: string): string {
  return COUNTED.has(origin) ? 'have' : 'be';
}

function leastOf({ minimum, inclusive, exact, origin }: IssueOf<'too_small'>): string {
  if (exact === true) return `exactly ${countOf(minimum, origin)}`;
  return `${inclusive === false ? 'more than' : 'at least'} ${countOf(minimum, origin)}`;
}

function mostOf({ maximum, inclusive, exact, origin }: IssueOf<'too_big'>): string {
  if (exact === true) return `exactly ${countOf(maximum, origin)}`;
  return `${inclusive === false ? 'less than' : 'at most'} ${countOf(maximum, origin)}`;
}

function countOf(count: number | bigint, origin: string): string {
  const [one, many] = COUNTED.get(origin) ?? [];
  if (one === undefined) return String(count);
  return `${count} ${Number(count) === 1 ? one : many}`;
}

function wordsOfUnion(issue: IssueOf<'invalid_union'>): string {
  const { discriminator, options } = issue;
  if (typeof discriminator !== 'string' || !Array.isArray(options)) {
    return 'has none of the forms that it may have';
  }
  return wordsOfChoice(options, Object(issue.input)[discriminator]);
}
