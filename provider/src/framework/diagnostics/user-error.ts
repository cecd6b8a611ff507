import type { Path } from '../../cty/path.ts';

/**
 * An error with a message for the user. Handlers throw it to choose summary, detail and
 * attribute; the message of any other error becomes the detail of a general diagnostic.
 */
export class UserError extends Error {
  readonly summary: string;
  readonly path: Path | undefined;

  constructor(options: {
    readonly summary: string;
    readonly detail: string;
    readonly path?: Path;
    readonly cause?: unknown;
  }) {
    super(options.detail, { cause: options.cause });
    this.summary = options.summary;
    this.path = options.path;
  }
}
