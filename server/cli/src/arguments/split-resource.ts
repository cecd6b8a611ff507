/** The arguments of commands that take a kind and a resource, as kubectl writes them, too. */
import type { Command } from 'commander';

/** A kind and one resource of it. */
export interface KindAndResource {
  readonly kind: string;
  readonly resource: string;
}

/**
 * Reads `vm web-01` and `vm/web-01`. Ends the command line as wrong usage where the resource is
 * missing or given twice.
 * @param word - the first argument
 * @param name - the second one
 */
export function splitResource(
  command: Command,
  word: string,
  name: string | undefined,
): KindAndResource {
  const at = word.indexOf('/');
  const inside = at < 0 ? '' : word.slice(at + 1);
  if (inside !== '' && name !== undefined) {
    return command.error(`error: '${word}' names a resource already; '${name}' is too many`);
  }
  const resource = inside === '' ? name : inside;
  if (resource === undefined) {
    const code = 'commander.missingArgument';
    return command.error("error: missing the resource, such as 'vm web-01' or 'vm/web-01'", {
      code,
    });
  }
  return { kind: at < 0 ? word : word.slice(0, at), resource };
}
