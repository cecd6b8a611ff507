/** The command of `novacron` that does what a button or a form does, quoted for a POSIX shell. */
import { WriteOnlyValue } from './write-only.ts';

/** Values entered: fields by name. */
export type Filled = Readonly<Record<string, unknown>>;

const PLAIN = /^[\w./@%+:,-]+$/;

/** A text as one word of a POSIX shell, whatever is in it. */
function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Returns the command.
 * @param group - the word of the noun: `security-group`
 * @param operation - `security_group.create`
 * @param filled - the input; `id`, or the `name` of a new one, becomes the argument; null clears a
 * field
 */
export function commandOf(group: string, operation: string, filled: Filled): string {
  const verb = (operation.split('.')[1] ?? '').replaceAll('_', '-');
  const { id, ...fields } = filled;
  const { name, ...unnamed } = fields;
  const [word, others] = verb === 'create' ? [name, unnamed] : [id, fields];
  const argument = word === undefined ? [] : [shellWord(String(word))];
  const flags = Object.entries(others).flatMap(([name, value]) => flagsOf(name, value));
  return ['novacron', group, verb === 'get' ? 'show' : verb, ...argument, ...flags].join(' ');
}

function flagsOf(name: string, value: unknown): readonly string[] {
  const word = name === 'metadata' ? 'label' : name.replaceAll('_', '-');
  const flag = `--${word}`;
  if (value === undefined || value === '') return [];
  if (value === null) return [`--clear ${word}`];
  if (value === true) return [flag];
  if (value === false) return [`--no-${word}`];
  if (value instanceof WriteOnlyValue) return [`${flag}-file ${word}.txt`];
  if (Array.isArray(value)) {
    const isPlain = value.every((each) => typeof each !== 'object');
    if (!isPlain) return [`${flag} ${shellWord(JSON.stringify(value))}`];
    return value.map((each) => `${flag} ${shellWord(String(each))}`);
  }
  if (typeof value !== 'object') return [`${flag} ${shellWord(String(value))}`];
  const entries = Object.entries(value);
  const isMap = entries.every(([, each]) => typeof each !== 'object');
  if (!isMap) return [`${flag} ${shellWord(JSON.stringify(value))}`];
  return entries.map(([key, each]) => `${flag} ${shellWord(`${key}=${String(each)}`)}`);
}
