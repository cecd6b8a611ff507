import { basename } from 'node:path';
import { readFile } from '../synthesis/read-file.ts';

/** The Rego text of a policy and its file name for messages. */
export class PolicyRule {
  /** Reads the text of a file immediately. */
  public static fromFile(path: string): PolicyRule {
    return new PolicyRule(readFile(path, 'policy'), basename(path));
  }

  /** Uses a text. */
  public static inline(text: string): PolicyRule {
    return new PolicyRule(text, 'rule');
  }

  /** The Rego module, in v0 or v1 syntax. */
  public readonly text: string;
  /** File name for messages. */
  public readonly file: string;

  private constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }
}
