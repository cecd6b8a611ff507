import { basename } from 'node:path';
import { readFile } from '../synthesis/read-file.ts';

/** The Rego text of a policy, and what to call it in problems. */
export class PolicyRule {
  /** The text of a file, which is read at once. */
  public static fromFile(path: string): PolicyRule {
    return new PolicyRule(readFile(path, 'policy'), basename(path));
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
