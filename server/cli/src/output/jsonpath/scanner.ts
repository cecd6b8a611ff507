/** Reads a template character by character. */
import type { TemplateFault } from './template.ts';

/** Thrown inside of the parser and caught by it. */
export class TemplateError extends Error {
  readonly fault: TemplateFault;

  constructor(fault: TemplateFault) {
    super(fault.message);
    this.fault = fault;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** A place in a text that moves on. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next character; empty at the end. */
  peek(): string {
    return this.text.charAt(this.at);
  }

  /** Whether the text goes on with some characters. */
  isAt(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  /** Takes some characters where the text goes on with them. */
  take(token: string): boolean {
    if (!this.isAt(token)) return false;
    this.at += token.length;
    return true;
  }

  /** Takes what a sticky pattern matches here. */
  takeMatch(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Passes over spaces. */
  skipSpaces(): void {
    this.takeMatch(/\s*/y);
  }

  /** Takes characters that have to come now. */
  expect(token: string): void {
    if (!this.take(token)) this.fail(`expected ${token}`);
  }

  /** Takes a text in quotation marks; undefined where none begins. */
  takeQuoted(): string | undefined {
    const quote = this.peek();
    if (quote !== '"' && quote !== "'") return undefined;
    const begin = this.at;
    this.at += 1;
    let text = '';
    for (;;) {
      const character = this.peek();
      if (character === '') this.fail(`the text that begins here has no closing ${quote}`, begin);
      this.at += 1;
      if (character === quote) return text;
      if (character === '\\') {
        const escaped = this.peek();
        this.at += 1;
        text += ESCAPES[escaped] ?? escaped;
      } else text += character;
    }
  }

  /** Ends the parser with a fault at a place: here, unless another one is named. */
  fail(message: string, at = this.at): never {
    throw new TemplateError({ at, message });
  }
}
