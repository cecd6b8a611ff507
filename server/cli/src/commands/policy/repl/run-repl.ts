/** `novacron policy repl`: an interactive session. Source of the idea: `opa run`. */
import { BUILTINS } from '@novacron/rego/builtins/declarations/builtin-table';
import {
  EMPTY_SESSION,
  isOpen,
  namesKnown,
  type ReplState,
  runStatement,
} from '@novacron/rego/tools/repl-session';
import { findingsFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { loadSession, type SessionPlaces } from '../files/load-session.ts';
import { COMMANDS, runReplCommand } from './repl-commands.ts';

type ReplIo = Pick<CliIo, 'listFiles' | 'readText' | 'readLines' | 'stdout' | 'hasTerminal'>;

const PROMPT = '> ';
const MORE = '| ';
const GREETING = 'Queries and definitions, a line each. :help lists commands, :exit ends.\n';

/**
 * Runs lines until they end. Mistakes are reported and the session goes on. Failures: wrong usage;
 * findings where a line of a script failed.
 */
export async function runRepl(io: ReplIo, places: SessionPlaces): Promise<Outcome> {
  const loaded = await loadSession(io, places);
  if (!loaded.ok) return { failure: loaded.error };
  let state: ReplState = { ...EMPTY_SESSION, ...loaded.value };
  let open = '';
  let failures = 0;
  if (io.hasTerminal) io.stdout.write(GREETING);
  const run = async (text: string): Promise<'on' | 'over'> => {
    const isCommand = text.trim().startsWith(':') || text.trim() === 'exit';
    const answer = isCommand
      ? await runReplCommand(io, state, text.trim())
      : runStatement(state, text);
    if (answer === 'exit') return 'over';
    state = answer.state;
    io.stdout.write(answer.text);
    if (answer.outcome === 'failed') failures += 1;
    return 'on';
  };
  const lines = io.readLines({
    prompt: () => (open === '' ? PROMPT : MORE),
    complete: (line) => complete(state, line),
  });
  for await (const line of lines) {
    const text = open === '' ? line : `${open}\n${line}`;
    // Rules that are pasted may have an empty line; a second one ends a statement that is not
    // closed, so that its mistake is reported.
    const isGivenUp = /\n\s*\n\s*$/.test(text);
    if (!line.startsWith(':') && isOpen(text) && !isGivenUp) {
      open = text;
      continue;
    }
    open = '';
    if ((await run(text)) === 'over') break;
  }
  if (open !== '') await run(open);
  if (failures === 0 || io.hasTerminal) return {};
  return { failure: findingsFailure(`${countOf(failures, 'line')} failed`) };
}

/** Returns the completions of a line's last word, and that word. */
function complete(state: ReplState, line: string): readonly [readonly string[], string] {
  const word = /[\w.:]*$/.exec(line)?.[0] ?? '';
  const names = word.startsWith(':')
    ? COMMANDS.map(({ name }) => name)
    : [...namesKnown(state), ...inputNames(state.input), ...builtinNames()];
  return [names.filter((name) => name.startsWith(word)), word];
}

function inputNames(input: unknown): readonly string[] {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return ['input', ...(isObject ? Object.keys(input).map((name) => `input.${name}`) : [])];
}

function builtinNames(): readonly string[] {
  return [...BUILTINS.values()]
    .filter(({ name }) => !name.startsWith('internal.'))
    .map(({ name }) => name);
}
