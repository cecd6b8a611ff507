/** Context of commands that need more than a row of the operations table. */
import type { Session } from '../client/session.ts';
import type { exitCodeOf } from '../failures/failure.ts';
import type { CliIo, Environment } from '../io/cli-io.ts';
import type { OutputFormat } from '../output/render-output.ts';
import type { Outcome } from './outcome.ts';

/** Input, output and completion of a command. */
export interface CommandContext {
  readonly io: CliIo;
  readonly env: Environment;
  /** The words of the command line. Only groups that they name get the flags of their commands. */
  readonly words: readonly string[];
  /** Prints the outcome of a command and sets the exit code. */
  readonly finish: (outcome: Outcome) => void;
  /** Does its work with a server, then finishes; the exit code may follow another rule. */
  readonly online: (
    work: (session: Session) => Promise<Outcome>,
    codeOf?: typeof exitCodeOf,
  ) => Promise<void>;
  /** Whether progress is shown: what `--quiet` says. Known only once words are parsed. */
  readonly progress: () => 'shown' | 'hidden';
  /** Value of `--output`; known only after parsing. */
  readonly output: () => OutputFormat;
}
