/** Finds the arguments that belong to the own command line of the server, an agent or a runner. */
import { globalOptions } from './program.ts';

/**
 * Everything behind the command, untouched; with `--help` for `help server`. Undefined for other
 * commands. It is found before commander sees the line, because commander would take flags such as
 * `--help` for itself.
 */
export function splitServerArguments(
  argv: readonly string[],
  command: 'server' | 'agent' | 'runner' = 'server',
): readonly string[] | undefined {
  const withValue = globalOptions()
    .filter(({ required }) => required)
    .flatMap(({ long, short }) => [long, short]);
  let index = 0;
  while (argv[index]?.startsWith('-') === true) {
    index += withValue.some((flag) => flag === argv[index]) ? 2 : 1;
  }
  if (argv[index] === 'help' && argv[index + 1] === command) {
    return [...argv.slice(index + 2), '--help'];
  }
  return argv[index] === command ? argv.slice(index + 1) : undefined;
}
