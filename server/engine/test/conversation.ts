/**
 * Golden conversations: text files of commands, `----` and the answer expected, which anybody can
 * read and add to without code. Run the tests with `REWRITE_CONVERSATIONS=1` to write the answers
 * of today into the files, then read the difference.
 * Source of the idea: CockroachDB's data-driven tests.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** One exchange. */
export interface Turn {
  /** The comment above it, as a sentence. */
  readonly title: string;
  readonly commands: readonly string[];
  readonly expected: string;
}

/** A command in parts: `node a1 zone=a` is verb `node`, name `a1` and one argument. */
export interface Command {
  readonly verb: string;
  readonly name: string;
  readonly args: Readonly<Record<string, string>>;
}

const DIVIDER = '\n----\n';

/**
 * Reads a conversation. Turns are parted by blank lines; lines that begin with `#` are comments.
 * @param file - where it is kept
 * @param respond - answers the commands of a turn; it may remember earlier turns
 * @returns the turns with the answers given today
 */
export function holdConversation(
  file: URL,
  respond: (commands: readonly Command[]) => string,
): readonly (Turn & { readonly actual: string })[] {
  const turns = readFileSync(file, 'utf8').trimEnd().split(/\n\n+/).map(readTurn);
  const held = turns.map((turn) => ({
    ...turn,
    actual: respond(turn.commands.map(readCommand)),
  }));
  if (process.env.REWRITE_CONVERSATIONS !== '1') return held;
  writeFileSync(file, `${held.map(writeTurn).join('\n\n')}\n`);
  return held.map((turn) => ({ ...turn, expected: turn.actual }));
}

function readTurn(text: string): Turn {
  const [question = '', expected = ''] = `${text}\n`.split(DIVIDER);
  const lines = question.split('\n').filter((line) => line !== '');
  const isComment = (line: string) => line.startsWith('#');
  return {
    title: lines
      .filter(isComment)
      .map((line) => line.slice(1).trim())
      .join(' '),
    commands: lines.filter((line) => !isComment(line)),
    expected: expected.trimEnd(),
  };
}

function writeTurn({ title, commands, actual }: Turn & { readonly actual: string }): string {
  return `# ${title}\n${commands.join('\n')}${DIVIDER}${actual}`;
}

function readCommand(line: string): Command {
  // A value may hold blanks where it is quoted or JSON without blanks would be hard to read.
  const words = line.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  const [verb = '', ...rest] = words;
  const plain = rest.filter((word) => !word.includes('='));
  const pairs = rest.filter((word) => word.includes('='));
  return {
    verb,
    name: plain.join(' '),
    args: Object.fromEntries(
      pairs.map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
    ),
  };
}
