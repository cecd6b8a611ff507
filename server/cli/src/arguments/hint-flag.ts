/** Explains flags that users of other command lines write, and misspelt words behind flags. */
import { nearName } from '@novacron/contract/problem/find-near-name';

/** Flags of kubectl, with those of this command line. */
const FLAGS: Readonly<Record<string, string>> = {
  '--field-selector': '--filter',
  '--replicas': '--size',
  '--selector': '--label',
  '--show-labels': '-o wide',
  '--to': '--node',
};

/**
 * Adds a hint to commander's message about an unknown flag, where it has none of its own, or about
 * a word that a flag does not take.
 * @param message - lines, as they are written
 */
export function hintFlag(message: string): string {
  const [, given, choices] = REFUSED_WORD.exec(message) ?? [];
  if (given !== undefined && choices !== undefined) return hintWord(message, given, choices);
  const flag = /^error: unknown option '(--[^'=]+)(?:=[^']*)?'\n$/.exec(message)?.[1];
  if (flag === undefined) return message;
  const meant = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined;
  if (meant !== undefined) return `${message}(Did you mean ${meant}?)\n`;
  const isYesOrNo = /=(?:true|false|yes|no|0|1)'\n$/.test(message);
  const name = flag.replace(/^--(?:no-)?/, '');
  return isYesOrNo
    ? `${message}(A flag of yes or no takes no value: --${name} or --no-${name})\n`
    : message;
}

/** Commander's message about a flag, or an argument, that takes some words only. */
const REFUSED_WORD = new RegExp(
  String.raw`(?:argument|value) '([^']*)' is invalid(?: for argument '[^']*')?\. ` +
    String.raw`Allowed choices are ([^\n]+)\.\n$`,
);

function hintWord(message: string, given: string, choices: string): string {
  const known = choices.split(', ');
  const wrong = given.split(',').filter((word) => !known.includes(word.trim()));
  const near = wrong.flatMap((word) => nearName(word.trim(), known) ?? []);
  return near.length === 0 ? message : `${message}(Did you mean ${near.join(', ')}?)\n`;
}
