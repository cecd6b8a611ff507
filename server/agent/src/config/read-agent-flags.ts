/** Reads the command line and the environment of a command by its table of flags. */
import { parseArgs } from 'node:util';
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  AGENT_FLAG_TABLE,
  type AgentFlagName,
  type Environment,
  type FlagTable,
  variablesIn,
} from './agent-flags.ts';

/** Value of a setting, and its source: a flag or a variable. */
export interface SaidValue {
  readonly text: string;
  readonly place: string;
}

/** Everything that was said. */
export interface SaidValues {
  readonly wantsHelp: boolean;
  readonly values: ReadonlyMap<string, SaidValue>;
}

/**
 * Reads flags, then variables. Of a flag that is repeated, the last one counts, unless its row says
 * that values are joined; an empty variable says nothing.
 * @returns all that is wrong, each at its flag
 */
export function readAgentFlags(
  argv: readonly string[],
  env: Environment,
): Result<SaidValues, readonly FieldProblem[]> {
  return readFlags(AGENT_FLAG_TABLE, argv, env);
}

/** Reads flags of any table. As {@link readAgentFlags}. */
export function readFlags(
  table: FlagTable,
  argv: readonly string[],
  env: Environment,
): Result<SaidValues, readonly FieldProblem[]> {
  const options = optionsOf(table);
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const troubles: FieldProblem[] = [];
  const values = new Map<string, SaidValue>(saidInEnvironment(table, env));
  let wantsHelp = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      troubles.push(wrong('the command line', `${token.value} is not understood`));
    } else if (token.name === 'help') {
      wantsHelp = true;
    } else if (!Object.hasOwn(table.rows, token.name)) {
      troubles.push(wrong(token.rawName, 'is not an option'));
    } else if (isSwitch(table, token.name)) {
      values.set(token.name, { text: token.value ?? 'yes', place: `--${token.name}` });
    } else if (token.value === undefined || token.value === '' || isFlagLike(token)) {
      troubles.push(wrong(token.rawName, 'needs a value'));
    } else {
      const text = joinedText(table, values, { name: token.name, text: token.value });
      values.set(token.name, { text, place: `--${token.name}` });
    }
  }
  return troubles.length > 0 && !wantsHelp ? err(troubles) : ok({ wantsHelp, values });
}

function optionsOf(table: FlagTable) {
  return {
    ...Object.fromEntries(
      Object.keys(table.rows).map((name) => [
        name,
        { type: isSwitch(table, name) ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
    help: { type: 'boolean', short: 'h' },
  } as const;
}

function isSwitch({ rows }: FlagTable, name: string): boolean {
  return rows[name]?.placeholder === undefined;
}

/** With values of the same flag before, where its row joins them; a flag replaces a variable. */
function joinedText(
  { rows }: FlagTable,
  values: SaidValues['values'],
  { name, text }: { readonly name: string; readonly text: string },
): string {
  const before = values.get(name);
  const isJoined = rows[name]?.repeated === 'joined' && before?.place === `--${name}`;
  return isJoined ? `${before.text},${text}` : text;
}

/** Returns the text given for a flag. */
export function textOf({ values }: SaidValues, name: AgentFlagName): string | undefined {
  return values.get(name)?.text;
}

/** Whether a switch is on. */
export function isOn(said: SaidValues, name: AgentFlagName): boolean {
  return /^(?:yes|true|1)$/i.test(textOf(said, name) ?? 'no');
}

/** Returns the source of a flag's value, so that it can be changed there. */
export function placeOf({ values }: SaidValues, name: AgentFlagName): string {
  return values.get(name)?.place ?? `--${name}`;
}

/** One thing that is wrong. */
export function wrong(place: string, message: string): FieldProblem {
  return { path: [place], message };
}

/** All that is wrong with a command line. @param command - whose help says what is right */
export function usageProblem(fields: readonly FieldProblem[], command = 'novacron agent'): Problem {
  const lines = fields.map(({ path, message }) => `${path.join(': ')}: ${message}`);
  const [first = ''] = lines;
  const detail = lines.length === 1 ? first : ['Several flags are wrong:', ...lines].join('\n  ');
  return problem('validation-failed', { detail, remedy: `See ${command} --help.`, fields });
}

/** `--zone --rack r`: the value was forgotten. One that begins with a dash needs `--zone=-z`. */
function isFlagLike(token: { readonly value?: string; readonly inlineValue?: boolean }): boolean {
  return token.inlineValue !== true && token.value?.startsWith('-') === true;
}

function saidInEnvironment(table: FlagTable, env: Environment): readonly [string, SaidValue][] {
  return Object.keys(table.rows).flatMap((name): [string, SaidValue][] => {
    const variable = variablesIn(table, name).find((each) => (env[each] ?? '') !== '');
    if (variable === undefined) return [];
    return [[name, { text: env[variable] ?? '', place: variable }]];
  });
}
