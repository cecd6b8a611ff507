import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** The Rego text of a policy, and what to call it in problems. */
export class PolicyRule {
  /** The text of a file, which is read at once. */
  public static fromFile(path: string): PolicyRule {
    try {
      return new PolicyRule(readFileSync(path, 'utf8'), basename(path));
    } catch (cause) {
      throw new Error(
        `The policy ${path} cannot be read (${(cause as NodeJS.ErrnoException).code}). ` +
          'Name a file that exists; paths are relative to where synth runs.',
        { cause },
      );
    }
  }

  /** A text. */
  public static inline(text: string): PolicyRule {
    return new PolicyRule(text, 'rule');
  }

  /** The Rego module, in v0 or v1 syntax. */
  public readonly text: string;
  /** What problems call it. */
  public readonly file: string;

  private constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }
}
