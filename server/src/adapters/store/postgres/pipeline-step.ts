/**
 * Messages to PostgreSQL up to a Sync, sent without waiting for the steps before. When one of them
 * fails, the server passes over the others of the step and goes on with the next step.
 * Source of the idea: the pipelining chapter of PostgreSQL's protocol documentation.
 */
import { type Connection, Query } from 'pg';
import type { SqlText } from '../sql/kysely-tables.ts';

/** Result of a step. */
export interface StepReply {
  /** The commands that were done, in order, as PostgreSQL names them: `INSERT 0 1`, `COMMIT`. */
  readonly tags: readonly string[];
  /** Error of the next command, which failed. */
  readonly failure: unknown;
}

/** Writes the messages of a step. */
export type WriteStep = (connection: Connection) => void;

/**
 * A step in the queue of a pipelining client. pg pipelines only what descends from its own class,
 * hence a class; its own sends each statement with a Sync, and so could not fail a set as a whole.
 */
export class PipelineStep extends Query {
  /** Settles when the step has been answered; it never rejects. */
  readonly reply: Promise<StepReply>;
  readonly #write: WriteStep;
  readonly #tags: string[] = [];
  #settle: (reply: StepReply) => void = () => {};

  constructor(write: WriteStep) {
    super('');
    this.#write = write;
    this.reply = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  override submit = (connection: Connection): null => {
    this.#write(connection);
    connection.sync();
    return null;
  };

  handleRowDescription(): void {}

  /** The rows of guards say nothing that their success has not said. */
  handleDataRow(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tags.push(text);
  }

  handleError(failure: unknown): void {
    this.#settle({ tags: this.#tags, failure });
  }

  handleReadyForQuery(): void {
    this.#settle({ tags: this.#tags, failure: undefined });
  }
}

/** Writes: prepare a statement under a name. */
export function writeParse(connection: Connection, name: string, text: string): void {
  connection.parse({ name, text, types: [] }, true);
}

/** Writes: run a prepared statement. */
export function writeExecute(
  connection: Connection,
  name: string,
  parameters: SqlText['parameters'] = [],
): void {
  const values = parameters.map((value) =>
    value === null || Buffer.isBuffer(value) ? value : String(value),
  );
  connection.bind({ statement: name, values }, true);
  connection.execute({}, true);
}
