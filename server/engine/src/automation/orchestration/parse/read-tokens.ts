/** Reads the tokens of one line, one after the other. */
import type { Place, TextFault, Token } from './tokenise-policy-text.ts';

/** The remaining tokens of a line. A missing or unexpected token is thrown as a fault. */
export interface TokenReader {
  readonly isAtEnd: () => boolean;
  /** Position of the next token, or of the end of the line. */
  readonly here: () => Place;
  readonly take: (kind: Token['kind'], expected: string) => Token;
  /** A word or a text. */
  readonly name: (expected: string) => string;
  /** A text, or a word, which becomes a number or a boolean where it looks like one. */
  readonly value: (expected: string) => string | number | boolean;
  readonly mark: (mark: string) => void;
  /** Takes the next token if it is this one. */
  readonly takesMark: (mark: string) => boolean;
  readonly takesWord: (word: string) => boolean;
  readonly end: () => void;
  /** The fault that was thrown; anything else is a bug and is thrown on. */
  readonly faultOf: (cause: unknown) => TextFault;
}

class FaultThrown extends Error {
  readonly fault: TextFault;
  constructor(fault: TextFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Ends the reading of a line with a fault; {@link TokenReader.faultOf} has it. */
export function refuse(place: Place, message: string): never {
  throw new FaultThrown({ place, message });
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Begins to read a line. */
export function openTokens(tokens: readonly Token[]): TokenReader {
  let at = 0;
  const here = () => tokens[at]?.place ?? endOf(tokens.at(-1));
  const takes = (kind: Token['kind'], text: string) => {
    const isNext = tokens[at]?.kind === kind && tokens[at]?.text === text;
    if (isNext) at += 1;
    return isNext;
  };
  const takeOf = (kinds: readonly Token['kind'][], expected: string): Token => {
    const token = tokens[at];
    if (token === undefined) return refuse(here(), `expected ${expected}, the line ends`);
    if (!kinds.includes(token.kind)) {
      return refuse(token.place, `expected ${expected}, not ${token.text}`);
    }
    at += 1;
    return token;
  };
  return {
    isAtEnd: () => at >= tokens.length,
    here,
    take: (kind, expected) => takeOf([kind], expected),
    name: (expected) => takeOf(['word', 'string'], expected).text,
    value: (expected) => readValue(takeOf(['word', 'string'], expected)),
    mark: (mark) => {
      if (!takes('mark', mark)) takeOf([], mark);
    },
    takesMark: (mark) => takes('mark', mark),
    takesWord: (word) => takes('word', word),
    end: () => {
      const rest = tokens[at];
      if (rest !== undefined) refuse(rest.place, `${rest.text} is more than the line may hold`);
    },
    faultOf: (cause) => {
      if (cause instanceof FaultThrown) return cause.fault;
      throw cause;
    },
  };
}

function endOf(token: Token | undefined): Place {
  if (token === undefined) return { line: 1, column: 1 };
  const { line, column } = token.place;
  return { line, column: column + token.text.length };
}

function readValue({ kind, text }: Token): string | number | boolean {
  if (kind === 'string') return text;
  if (NUMBER.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
