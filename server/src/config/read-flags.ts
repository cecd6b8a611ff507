/** Reads the command line of the server by the table of settings. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { FieldProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { suggestion, wrong } from './configuration-problem.ts';
import type { Scalar } from './setting.ts';
import { CONFIG_FILE, isSettingName, type SettingName, settingRows } from './settings-table.ts';

/** Flags that say what to do instead of starting; none takes a value. */
export const ACTION_FLAGS = {
  'print-config': 'Print every setting with its source, as a configuration file, and end.',
  help: 'Print this text.',
} as const;
type ActionFlag = keyof typeof ACTION_FLAGS;

/** Parsed command line. */
export interface Flags {
  readonly action: ActionFlag | 'start';
  readonly configFile: string | undefined;
  readonly values: Readonly<Partial<Record<SettingName, Scalar>>>;
}

interface OptionToken {
  readonly kind: string;
  readonly name?: string | undefined;
  readonly rawName?: string | undefined;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/**
 * Reads flags. `--no-NAME` turns a switch off; of a flag that is repeated, the last one counts,
 * unless its row says that values are joined.
 * @returns all that is wrong, each at its flag
 */
export function readFlags(argv: readonly string[]): Result<Flags, readonly FieldProblem[]> {
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const troubles: FieldProblem[] = [];
  const values: Partial<Record<SettingName, Scalar>> = {};
  let action: Flags['action'] = 'start';
  let configFile: string | undefined;
  let isAfterUnknown = false;
  for (const token of tokens) {
    // What follows an unknown flag is probably its value, and no trouble of its own.
    const isItsValue = isAfterUnknown && token.kind === 'positional';
    const read: ReadToken = isItsValue ? { kind: 'nothing' } : readToken(token);
    isAfterUnknown = token.kind === 'option' && OPTIONS[token.name] === undefined;
    if (read.kind === 'wrong') troubles.push(read.problem);
    else if (read.kind === 'config') configFile = read.file;
    else if (read.kind === 'setting') values[read.name] = joinedValue(values[read.name], read);
    // Who asks for help gets it, whatever else stands there.
    else if (read.kind === 'action' && action !== 'help') action = read.action;
  }
  if (troubles.length > 0 && action !== 'help') return err(troubles);
  return ok({ action, configFile, values });
}

function joinedValue(
  before: Scalar | undefined,
  { name, value }: { readonly name: SettingName; readonly value: Scalar },
): Scalar {
  const isJoined = REPEATED.has(name) && before !== undefined;
  return isJoined ? `${before},${value}` : value;
}

const REPEATED: ReadonlySet<string> = new Set(
  settingRows().flatMap(({ name, row }) => (row.repeated === 'joined' ? [name] : [])),
);

const OPTIONS: NonNullable<ParseArgsConfig['options']> = {
  [CONFIG_FILE.flag]: { type: 'string' },
  ...Object.fromEntries(
    settingRows().map(({ name, row }) => [
      name,
      { type: row.placeholder === undefined ? 'boolean' : 'string' },
    ]),
  ),
  'print-config': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

type ReadToken =
  | { readonly kind: 'setting'; readonly name: SettingName; readonly value: Scalar }
  | { readonly kind: 'config'; readonly file: string }
  | { readonly kind: 'action'; readonly action: ActionFlag }
  | { readonly kind: 'wrong'; readonly problem: FieldProblem }
  | { readonly kind: 'nothing' };

function readToken(token: OptionToken): ReadToken {
  const { kind, name, value, inlineValue } = token;
  if (kind === 'option-terminator') return { kind: 'nothing' };
  if (kind === 'positional' || name === undefined) {
    return refuse('the command line', `${value} is not understood; flags begin with --`);
  }
  const flag = token.rawName ?? `--${name}`;
  const isSwitch = OPTIONS[name]?.type === 'boolean';
  if (OPTIONS[name] === undefined) return readOpposite(name, flag);
  if (isSwitch && value !== undefined && !isSettingName(name)) {
    return refuse(flag, 'takes no value');
  }
  if (isActionFlag(name)) return { kind: 'action', action: name };
  if (!isSwitch && (value === undefined || value === '')) return refuse(flag, 'needs a value');
  if (!isSwitch && inlineValue !== true && value?.startsWith('-') === true) {
    return refuse(flag, `needs a value; one that begins with a dash is written ${flag}=${value}`);
  }
  if (name === CONFIG_FILE.flag) return { kind: 'config', file: value ?? '' };
  return isSettingName(name)
    ? { kind: 'setting', name, value: value ?? true }
    : refuse(flag, 'is not an option');
}

/** Names that other servers use for our settings, where the names are not similar. */
const NAMES_ELSEWHERE: ReadonlyMap<string, SettingName> = new Map([
  ['address', 'listen'],
  ['bind', 'listen'],
  ['database', 'store'],
  ['db', 'store'],
  ['host', 'listen'],
  ['port', 'listen'],
]);

/** `--no-insecure-listen`, or an unknown name. */
function readOpposite(name: string, flag: string): ReadToken {
  const positive = name.replace(/^no-/, '');
  if (positive !== name && isSettingName(positive) && OPTIONS[positive]?.type === 'boolean') {
    return { kind: 'setting', name: positive, value: false };
  }
  const near = NAMES_ELSEWHERE.get(name) ?? nearName(name, Object.keys(OPTIONS));
  const hint = suggestion(near === undefined ? undefined : `--${near}`);
  return refuse(flag, `is not an option${hint}`);
}

function isActionFlag(name: string): name is ActionFlag {
  return Object.hasOwn(ACTION_FLAGS, name);
}

function refuse(where: string, message: string): ReadToken {
  return { kind: 'wrong', problem: wrong(where, message) };
}
