import { basename } from 'node:path';
import { readFile } from '../synthesis/read-file.ts';

/**
 * The text of an orchestration policy, in any form that NovaCron reads, and what to call it in
 * problems.
 */
export class PolicyDocument {
  /** The text of a file, which is read at once. */
  public static fromFile(path: string): PolicyDocument {
    return new PolicyDocument(readFile(path, 'orchestration policy'), basename(path));
  }

  /** A text. */
  public static inline(text: string): PolicyDocument {
    return new PolicyDocument(text, 'document');
  }

  /** YAML, JSON or the text form; one policy. */
  public readonly text: string;
  /** What problems call it. */
  public readonly file: string;

  private constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }
}
