/**
 * Splits a command line into words by the quoting rules of POSIX shells, before values are put in:
 * each stays one word. What only a shell does is refused by its name.
 * Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting.
 */
import { err, ok, type Result } from '@novacron/contract/result';

/** Meaning of a character outside quotes in a shell; two-character forms come first. */
const SHELL_FORMS: readonly (readonly [form: string, name: string])[] = [
  ['$(', 'a command substitution'],
  ['`', 'a command substitution'],
  ['||', 'a list of commands'],
  ['&&', 'a list of commands'],
  ['|', 'a pipe'],
  ['>', 'a redirection of output'],
  ['<', 'a redirection of input'],
  [';', 'a list of commands'],
  ['&', 'a command in the background'],
  ['\n', 'a list of commands'],
  ['\r', 'a list of commands'],
];

const SHELL_VARIABLE = /^[$](?:[A-Za-z_0-9?@*#!-])/;

interface Reader {
  readonly line: string;
  at: number;
  word: string | undefined;
  readonly words: string[];
}

/**
 * Splits a line. References such as `${host}` stay whole within their word.
 * @returns at least one word. Problems: a form of shells, a quote that is not closed, no words
 */
export function splitCommand(line: string): Result<readonly string[], string> {
  const reader: Reader = { line: line.trim(), at: 0, word: undefined, words: [] };
  while (reader.at < reader.line.length) {
    const fault = readOne(reader);
    if (fault !== undefined) return err(fault);
  }
  if (reader.word !== undefined) reader.words.push(reader.word);
  return reader.words.length === 0 ? err('has no words: name a program') : ok(reader.words);
}

/** Reads a character, a quoted part or a reference; returns what is wrong with it. */
function readOne(reader: Reader): string | undefined {
  const { line, at } = reader;
  const character = line[at] ?? '';
  if (line.startsWith('$${', at)) return take(reader, 3, '$${');
  if (line.startsWith('${', at)) return takeReference(reader);
  if (character === "'") return takeSingleQuoted(reader);
  if (character === '"') return takeDoubleQuoted(reader);
  if (character === '\\') {
    if (at + 1 >= line.length) return 'ends with a backslash that escapes nothing';
    return take(reader, 2, line[at + 1] ?? '');
  }
  const form = shellFormAt(line, at);
  if (form !== undefined) return form;
  if (character === ' ' || character === '\t') {
    if (reader.word !== undefined) reader.words.push(reader.word);
    reader.word = undefined;
    reader.at += 1;
    return undefined;
  }
  return take(reader, 1, character);
}

function take(reader: Reader, length: number, text: string): undefined {
  reader.word = (reader.word ?? '') + text;
  reader.at += length;
}

function takeReference(reader: Reader): string | undefined {
  const close = reader.line.indexOf('}', reader.at);
  if (close < 0) return `has "\${" without "}": close it`;
  return take(reader, close + 1 - reader.at, reader.line.slice(reader.at, close + 1));
}

/** A reference within quotes is one, too: quotes keep words whole, they do not turn values off. */
function takeSingleQuoted(reader: Reader): string | undefined {
  const close = reader.line.indexOf("'", reader.at + 1);
  if (close < 0) return "has a quote (') that is not closed";
  return take(reader, close + 1 - reader.at, reader.line.slice(reader.at + 1, close));
}

function takeDoubleQuoted(reader: Reader): string | undefined {
  const { line } = reader;
  reader.at += 1;
  reader.word ??= '';
  while (reader.at < line.length) {
    const character = line[reader.at] ?? '';
    if (character === '"') return take(reader, 1, '');
    const fault = readQuoted(reader, character);
    if (fault !== undefined) return fault;
  }
  return 'has a quote (") that is not closed';
}

function readQuoted(reader: Reader, character: string): string | undefined {
  const { line, at } = reader;
  if (line.startsWith('$${', at)) return take(reader, 3, '$${');
  if (line.startsWith('${', at)) return takeReference(reader);
  const isExpanded = character === '$' || character === '`';
  const form = isExpanded ? shellFormAt(line, at) : undefined;
  if (form !== undefined) return form;
  const next = line[at + 1] ?? '';
  if (character === '\\' && '$`"\\'.includes(next)) return take(reader, 2, next);
  return take(reader, 1, character);
}

function shellFormAt(line: string, at: number): string | undefined {
  const found = SHELL_FORMS.find(([form]) => line.startsWith(form, at));
  if (found !== undefined) return refuseForm(...found);
  if (SHELL_VARIABLE.test(line.slice(at, at + 2))) {
    return refuseForm(line.slice(at, at + 2), 'a variable of a shell');
  }
  return undefined;
}

function refuseForm(form: string, name: string): string {
  const shown = form === '\n' || form === '\r' ? 'a line break' : `"${form}"`;
  return (
    `has ${shown}, ${name}: no shell runs here; quote it where the program gets it as it is, ` +
    `or name the shell: ["sh", "-c", "…", "sh", "\${value}"]`
  );
}
