import { formatPath, type Path } from './path.ts';

/** Data that does not fit its type: from the wire, from a state file or from a handler. */
export class CtyError extends Error {
  readonly path: Path;
  /** Reason without the path. */
  readonly reason: string;

  constructor(path: Path, message: string, options?: ErrorOptions) {
    super(path.length === 0 ? message : `${formatPath(path)}: ${message}`, options);
    this.path = path;
    this.reason = message;
  }
}
