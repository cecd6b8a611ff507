/**
 * Dockerfiles as lists of instructions, in the form that conftest gives them. Source of the
 * language: the Dockerfile reference, and the parser of BuildKit.
 */
import type { Json } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';

/** One instruction, or a comment above one. Names are those of conftest. */
interface Instruction {
  /** In lower case: `from`; `comment` for a line of a comment. */
  readonly Cmd: string;
  /** The instruction of an `ONBUILD`. */
  readonly SubCmd: string;
  /** Whether the value is written as a JSON list. */
  readonly JSON: boolean;
  /** Such as `--from=build`; null of comments. */
  readonly Flags: readonly string[] | null;
  /** The words, or the whole line of a shell; null: there is none. */
  readonly Value: readonly string[] | null;
  /** From 0, for each `FROM`. */
  readonly Stage: number;
}

/** A line without its breaks, and where it begins. */
interface LogicalLine {
  readonly row: number;
  readonly text: string;
  /** The comments above it. */
  readonly comments: readonly string[];
}

type Splitter = (rest: string) => Pick<Instruction, 'JSON' | 'Value'>;

/**
 * Reads one.
 * @returns the list of its instructions, or the row and the reason why it is none
 */
export function readDockerfile(text: string): Result<Json, string> {
  const lines = readLines(text);
  const instructions: Instruction[] = [];
  let stage = -1;
  for (const { row, text: line, comments } of lines) {
    const read = readInstruction(line);
    if (typeof read === 'string') return err(`${row}: not a valid Dockerfile: ${read}`);
    if (read.Cmd === 'from') stage += 1;
    const Stage = Math.max(stage, 0);
    const above = { Cmd: 'comment', SubCmd: '', JSON: false, Flags: null, Stage };
    instructions.push(...comments.map((comment) => ({ ...above, Value: [comment] })));
    instructions.push({ ...read, Stage });
  }
  if (stage < 0) return err('1: not a valid Dockerfile: it has no FROM');
  return ok(instructions.map((each): Json => ({ ...each })));
}

function readInstruction(line: string): Omit<Instruction, 'Stage'> | string {
  const [, name = '', all = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
  const Cmd = name.toLowerCase();
  const { flags, rest } = splitFlags(all);
  if (Cmd === 'onbuild') {
    const inner = readInstruction(rest);
    if (typeof inner === 'string') return inner;
    const { JSON: isJson, Value } = inner;
    const [SubCmd = ''] = rest.split(/\s/);
    return { Cmd, SubCmd, JSON: isJson, Flags: flags, Value };
  }
  const split = Object.hasOwn(SPLITTERS, Cmd) ? SPLITTERS[Cmd] : undefined;
  if (split === undefined) return `${name} is not an instruction`;
  if (rest === '') return `${name} has no argument`;
  return { Cmd, SubCmd: '', Flags: flags, ...split(rest) };
}

const words: Splitter = (rest) => ({ JSON: false, Value: rest.split(/\s+/) });
const whole: Splitter = (rest) => ({ JSON: false, Value: [rest] });
const shell: Splitter = (rest) => jsonList(rest) ?? whole(rest);
const list: Splitter = (rest) => jsonList(rest) ?? words(rest);
const quoted: Splitter = (rest) => ({ JSON: false, Value: splitQuoted(rest) });

const SPLITTERS: Readonly<Record<string, Splitter>> = {
  add: list,
  arg: quoted,
  cmd: shell,
  copy: list,
  entrypoint: shell,
  env: pairs,
  expose: words,
  from: words,
  healthcheck: (rest) => {
    const [, type = '', command = ''] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
    const { JSON: isJson, Value } = shell(command);
    const given = command === '' ? [] : (Value ?? []);
    return { JSON: isJson && command !== '', Value: [type.toUpperCase(), ...given] };
  },
  label: pairs,
  maintainer: whole,
  run: shell,
  shell,
  stopsignal: whole,
  user: whole,
  volume: list,
  workdir: whole,
};

/** Name, value and the sign between them, of each pair; `ENV name value` has no sign. */
function pairs(rest: string): Pick<Instruction, 'JSON' | 'Value'> {
  const found = splitQuoted(rest);
  if (found[0]?.includes('=') !== true) {
    const [, name = '', value = ''] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
    return { JSON: false, Value: [name, value, ''] };
  }
  const Value = found.flatMap((word) => {
    const at = word.indexOf('=');
    return at < 0 ? [word, '', ''] : [word.slice(0, at), word.slice(at + 1), '='];
  });
  return { JSON: false, Value };
}

function jsonList(text: string): Pick<Instruction, 'JSON' | 'Value'> | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return undefined;
    const texts = value.filter((each) => typeof each === 'string');
    return texts.length === value.length ? { JSON: true, Value: texts } : undefined;
  } catch {
    return undefined;
  }
}

/** Flags stand before the value; `--` ends them. */
function splitFlags(all: string): { readonly flags: readonly string[]; readonly rest: string } {
  const flags: string[] = [];
  let rest = all;
  for (;;) {
    const [found, flag = ''] = /^(--\S*)(?:\s+|$)/.exec(rest) ?? [];
    if (found === undefined) return { flags, rest };
    rest = rest.slice(found.length);
    if (flag === '--') return { flags, rest };
    flags.push(flag);
  }
}

/** Words apart by blanks that are neither quoted nor escaped; quotes stay. */
function splitQuoted(text: string): readonly string[] {
  return text.match(/(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"?|'[^']*'?|[^\s"'\\]|\\$)+/g) ?? [];
}

/** Joins lines that go on, and leaves out what is in here-documents, as BuildKit does. */
function readLines(text: string): readonly LogicalLine[] {
  const rows = text.split(/\r?\n/);
  const goesOn = /^#\s*escape\s*=\s*`\s*$/im.test(headOf(rows)) ? /`[ \t]*$/ : /\\[ \t]*$/;
  const lines: LogicalLine[] = [];
  let comments: string[] = [];
  let parts: string[] = [];
  let begin = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? '';
    const isComment = row.trimStart().startsWith('#');
    if (isComment && parts.length === 0) comments.push(row.trim().slice(1).trim());
    if (isComment || row.trim() === '') continue;
    if (parts.length === 0) begin = index + 1;
    parts.push(row.replace(goesOn, ''));
    if (goesOn.test(row)) continue;
    const line = parts.join('').trim();
    lines.push({ row: begin, text: line, comments });
    index = endOfHeredocs(line, rows, index);
    comments = [];
    parts = [];
  }
  const rest = parts.join('').trim();
  return rest === '' ? lines : [...lines, { row: begin, text: rest, comments }];
}

/** The comments at the top, where directives to the parser stand. */
function headOf(rows: readonly string[]): string {
  const end = rows.findIndex((row) => !row.startsWith('#'));
  return rows.slice(0, end < 0 ? rows.length : end).join('\n');
}

/** The index of the row that ends the last here-document of a line; the same where it has none. */
function endOfHeredocs(line: string, rows: readonly string[], index: number): number {
  if (!/^(?:run|copy|add|onbuild)\s/i.test(line)) return index;
  let end = index;
  for (const [, strips, , name = ''] of line.matchAll(/<<(-?)(["']?)([A-Za-z_]\w*)\2/g)) {
    const closes = (row: string) => (strips === '-' ? row.replace(/^\t+/, '') : row) === name;
    const found = rows.findIndex((row, at) => at > end && closes(row));
    end = found < 0 ? rows.length : found;
  }
  return end;
}
