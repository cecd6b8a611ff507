import { basename } from 'node:path';
import { readFile } from '../synthesis/read-file.ts';

/**
 * The text of an orchestration policy, in any format that NovaCron reads, and its file name for
 * messages.
 */
export class PolicyDocument {
  /** Reads the text of a file immediately. */
  public static fromFile(path: string): PolicyDocument {
    return new PolicyDocument(readFile(path, 'orchestration policy'), basename(path));
  }

  /** Uses a text. */
  public static inline(text: string): PolicyDocument {
    return new PolicyDocument(text, 'document');
  }

  /** One policy in YAML, JSON or the text format. */
  public readonly text: string;
  /** File name for messages. */
  public readonly file: string;

  private constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }
}
