/** Commands of a session, which begin with a colon. */
import {
  type ReplAnswer,
  type ReplState,
  showDefinitions,
  unset,
} from '@novacron/rego/tools/repl-session';
import type { CliIo } from '../../../io/cli-io.ts';
import { layOutColumns } from '../files/lay-out-columns.ts';
import { loadSession } from '../files/load-session.ts';

type FileIo = Pick<CliIo, 'listFiles' | 'readText'>;

interface ReplCommand {
  readonly name: string;
  /** Argument after the name, for the help. */
  readonly argument?: string;
  readonly help: string;
  readonly run: (
    io: FileIo,
    state: ReplState,
    argument: string,
  ) => Promise<ReplAnswer | 'exit'> | ReplAnswer | 'exit';
}

/** All commands, in the order of the help. */
export const COMMANDS: readonly ReplCommand[] = [
  {
    name: ':help',
    help: 'lists commands',
    run: (_io, state) => answer(state, helpText()),
  },
  {
    name: ':load',
    argument: 'PATH',
    help: 'adds policies and documents of a file or a directory',
    run: load,
  },
  {
    name: ':input',
    argument: 'FILE or JSON',
    help: 'sets input; without an argument there is none',
    run: setInput,
  },
  {
    name: ':show',
    help: 'shows what was defined in the package',
    run: (_io, state) => answer(state, showDefinitions(state)),
  },
  {
    name: ':unset',
    argument: 'NAME',
    help: 'forgets a definition or an import',
    run: (_io, state, name) => unset(state, name),
  },
  {
    name: ':trace',
    argument: 'on or off',
    help: 'shows the lines that a query reaches',
    run: setTrace,
  },
  { name: ':exit', help: 'ends the session', run: () => 'exit' },
];

/** Runs a command by its line. */
export async function runReplCommand(
  io: FileIo,
  state: ReplState,
  line: string,
): Promise<ReplAnswer | 'exit'> {
  const [name = '', ...rest] = line.split(/\s+/);
  const wanted = name === 'exit' || name === ':quit' ? ':exit' : name;
  const command = COMMANDS.find((each) => each.name === wanted);
  if (command === undefined) {
    return failed(state, `There is no command ${name}; :help lists commands.\n`);
  }
  if (command.name === ':unset' && rest.length !== 1) return failed(state, 'Write :unset NAME.\n');
  return command.run(io, state, line.slice(name.length).trim());
}

function answer(state: ReplState, text: string): ReplAnswer {
  return { state, text, outcome: 'ok' };
}

function failed(state: ReplState, text: string): ReplAnswer {
  return { state, text, outcome: 'failed' };
}

function helpText(): string {
  const commands = COMMANDS.map(({ name, argument = '', help }) => [`${name} ${argument}`, help]);
  const others = [
    ['package NAME', 'the package of definitions, whose names queries know'],
    ['import data.NAME', 'a name for queries and definitions'],
    ['x := 1', 'defines x; a second definition of this form replaces it'],
    ['allow if { … }', 'adds a definition of a rule or a function'],
    ['anything else', 'is a query: its value, or a table of its variables'],
  ];
  return layOutColumns([...commands, ...others]);
}

async function load(io: FileIo, state: ReplState, path: string): Promise<ReplAnswer> {
  if (path === '') return failed(state, 'Write :load PATH.\n');
  const loaded = await loadSession(io, { paths: [path], data: [] });
  if (!loaded.ok) return failed(state, `${wordsOf(loaded.error)}\n`);
  const { modules, data } = loaded.value;
  const next = {
    ...state,
    modules: { ...state.modules, ...modules },
    data:
      isObject(state.data) && isObject(data) ? { ...state.data, ...data } : (data ?? state.data),
  };
  return answer(next, '');
}

async function setInput(io: FileIo, state: ReplState, argument: string): Promise<ReplAnswer> {
  if (argument === '') return answer({ ...state, input: undefined }, '');
  if (/^[[{"]/.test(argument)) {
    try {
      const input: unknown = JSON.parse(argument);
      return answer({ ...state, input }, '');
    } catch {
      return failed(state, 'This is not JSON.\n');
    }
  }
  const loaded = await loadSession(io, { paths: [], data: [], input: argument });
  if (!loaded.ok) return failed(state, `${wordsOf(loaded.error)}\n`);
  return answer({ ...state, input: loaded.value.input }, '');
}

function setTrace(_io: FileIo, state: ReplState, argument: string): ReplAnswer {
  const trace = argument === '' ? (state.trace === 'on' ? 'off' : 'on') : argument;
  if (trace !== 'on' && trace !== 'off') return failed(state, 'Write :trace on, or :trace off.\n');
  return answer({ ...state, trace }, `The trace is ${trace}.\n`);
}

function wordsOf(failure: object): string {
  return 'message' in failure && typeof failure.message === 'string' ? failure.message : 'failed';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
