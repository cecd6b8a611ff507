/** Accepts the earlier form of yes/no flags, `--force yes`, which help no longer shows. */
import type { Command } from 'commander';

/**
 * Returns the words of a command line with `--flag yes` and `--flag=no` written as `--flag` and
 * `--no-flag`, for the flags of the command that have both forms.
 */
export function foldAnswers(program: Command, argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const command = commandAmong(program, words);
  const flags = new Set(command.options.flatMap(({ long, negate }) => (negate ? long : [])));
  const folded: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [flag = '', given] = (words[at] ?? '').split('=', 2);
    const next = given ?? words[at + 1] ?? '';
    const isAnswer = flags.has(flag.replace('--', '--no-')) && (next === 'yes' || next === 'no');
    if (!isAnswer) {
      folded.push(words[at] ?? '');
      continue;
    }
    folded.push(next === 'yes' ? flag : flag.replace('--', '--no-'));
    if (given === undefined) at += 1;
  }
  return end < 0 ? folded : [...folded, ...argv.slice(end)];
}

/** The deepest command that the words name, one after another. */
function commandAmong(program: Command, words: readonly string[]): Command {
  return words.reduce((above, word) => {
    const isMeant = (each: Command) => each.name() === word || each.aliases().includes(word);
    return above.commands.find(isMeant) ?? above;
  }, program);
}
