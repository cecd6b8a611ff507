/** Runs a script of the shell on this machine, or on another one through `ssh`. */
import { err, type Result } from '@novacron/contract/result';
import { type Ended, runBounded } from './run-bounded.ts';

/** Connection timeout of `ssh`. Unit: s. */
const CONNECT_S_MAX = 5;

/** Host and time limit of a script. */
export interface ScriptSettings {
  readonly timeoutMs: number;
  /** The program; `ssh` by default. */
  readonly ssh?: string;
}

/** Texts that a shell takes as one word each, as they are. */
const PLAIN = /^[A-Za-z0-9_./:@=,%+-]+$/;

/** Whether a text may be an argument of a script. */
function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.startsWith('-');
}

/**
 * Runs it with arguments of one plain word each: `ssh` gives them to a shell as one text.
 * @param host - as `ssh` takes it, such as `root@10.0.0.2`; undefined: this machine
 */
export function runScript(
  script: string,
  { host, args }: { readonly host: string | undefined; readonly args: readonly string[] },
  { timeoutMs, ssh = 'ssh' }: ScriptSettings,
): Promise<Result<Ended, string>> {
  const odd = args.find((arg) => !isPlain(arg));
  if (odd !== undefined) {
    return Promise.resolve(err(`cannot be asked: ${JSON.stringify(odd)} is not one plain word`));
  }
  const command = ['sh', '-s', '--', ...args];
  const [first = 'sh', ...rest] =
    host === undefined
      ? command
      : [
          ssh,
          // No person is there to type a password, or to accept another key of the host.
          '-oBatchMode=yes',
          '-oStrictHostKeyChecking=yes',
          `-oConnectTimeout=${CONNECT_S_MAX}`,
          '-T',
          '--',
          host,
          ...command,
        ];
  return runBounded({ program: first, args: rest, input: script, timeoutMs });
}
