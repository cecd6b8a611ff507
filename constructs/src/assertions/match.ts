import { type Mismatch, matchers, mismatch, wordsOf } from './mismatch.ts';

/** Finds how a value differs from what a pattern asks for. */
type Compare = (value: unknown, path: readonly string[]) => readonly Mismatch[];

/**
 * Patterns for `SynthesizedStack`. Objects and lists without a pattern match as `objectLike` and
 * `arrayEquals`. Source of the idea: `Match` of the AWS CDK.
 */
export class Match {
  /** Any value that is there. */
  public static anyValue(): Match {
    return new Match('any value', (value, path) =>
      value === undefined || value === null ? [mismatch(path, 'any value', value)] : [],
    );
  }

  /** No value. */
  public static absent(): Match {
    return new Match('no value', (value, path) =>
      value === undefined || value === null ? [] : [mismatch(path, 'no value', value)],
    );
  }

  /** An object that has at least these properties. */
  public static objectLike(properties: { [name: string]: unknown }): Match {
    return new Match(wordsOf(properties), (value, path) =>
      matchers.objectLike(properties, value, path),
    );
  }

  /** An object that has these properties and no others. */
  public static objectEquals(properties: { [name: string]: unknown }): Match {
    return new Match(wordsOf(properties), (value, path) =>
      matchers.objectEquals(properties, value, path),
    );
  }

  /** A list that has at least these items, in any order. */
  public static arrayWith(items: unknown[]): Match {
    return new Match(`a list with ${wordsOf(items)}`, (value, path) =>
      matchers.arrayWith(items, value, path),
    );
  }

  /** A list of these items, in their order. */
  public static arrayEquals(items: unknown[]): Match {
    return new Match(wordsOf(items), (value, path) => matchers.arrayEquals(items, value, path));
  }

  /**
   * A text that matches a regular expression.
   * @param pattern source of the expression, such as `^web-\\d+$`
   */
  public static stringMatching(pattern: string): Match {
    const expression = new RegExp(pattern, 'u');
    return new Match(`a text like /${pattern}/`, (value, path) =>
      typeof value === 'string' && expression.test(value)
        ? []
        : [mismatch(path, `a text like /${pattern}/`, value)],
    );
  }

  /** The same as `stringMatching`, by the name that the AWS CDK has for it. */
  public static stringLikeRegexp(pattern: string): Match {
    return Match.stringMatching(pattern);
  }

  /** This value and no other: objects and lists below it have nothing else. */
  public static exact(value: unknown): Match {
    return new Match(wordsOf(value), (found, path) => matchers.exact(value, found, path));
  }

  /**
   * A text of JSON whose content matches, such as the `document` of an orchestration policy.
   * @param pattern what the content is compared with
   */
  public static serializedJson(pattern: unknown): Match {
    return new Match(`JSON of ${wordsOf(pattern)}`, (value, path) => {
      const parsed = typeof value === 'string' ? parseJson(value) : undefined;
      return parsed === undefined
        ? [mismatch(path, `JSON of ${wordsOf(pattern)}`, value)]
        : matchers.compare(pattern, parsed.content, path);
    });
  }

  /** A value that the pattern does not match. */
  public static not(pattern: unknown): Match {
    const words = `not ${wordsOf(pattern)}`;
    return new Match(words, (value, path) =>
      matchers.compare(pattern, value, path).length > 0 ? [] : [mismatch(path, words, value)],
    );
  }

  private readonly words: string;
  private readonly compare: Compare;

  private constructor(words: string, compare: Compare) {
    this.words = words;
    this.compare = compare;
  }

  /** Describes the pattern in words. */
  public toString(): string {
    return this.words;
  }

  /** @internal */
  public _compare(value: unknown, path: readonly string[]): readonly Mismatch[] {
    return this.compare(value, path);
  }
}

/** The content of a text of JSON; undefined where it is not JSON. */
function parseJson(text: string): { readonly content: unknown } | undefined {
  try {
    return { content: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
