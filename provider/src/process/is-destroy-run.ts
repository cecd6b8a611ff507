/**
 * Recognizes a run that destroys everything. `terraform destroy` first plans the configuration as
 * if it were applied, only to refresh the state, and ends at the first error of that plan. No call
 * of the plugin protocol differs between this plan and an ordinary one; the command line does.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process to inspect; the default is the one that started this one. */
interface Inspected {
  readonly pid: number;
  /** Directory in which the kernel lists processes: `/proc` on Linux. */
  readonly procDirectory: string;
}

/**
 * Returns the command line of the process that started this one, Terraform as a rule.
 * @returns its program and arguments; empty where the platform does not show them
 */
export function readParentCommand({
  pid = process.ppid,
  procDirectory = '/proc',
}: Partial<Inspected> = {}): readonly string[] {
  try {
    return readFileSync(`${procDirectory}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return readWithPs(pid);
  }
}

/** Systems without `/proc`, such as macOS. Arguments with spaces are split, which is no harm. */
function readWithPs(pid: number): readonly string[] {
  try {
    const text = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.trim().split(/\s+/);
  } catch {
    return [];
  }
}

/**
 * Whether a command line of Terraform destroys: `terraform destroy`, or `plan` and `apply` with
 * `-destroy`, which environment variables may add (TF_CLI_ARGS, TF_CLI_ARGS_plan).
 */
export function isDestroyRun(
  [, ...words]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const command = words[at];
  if (command === 'destroy') return true;
  if (command !== 'plan' && command !== 'apply') return false;
  const added = [env.TF_CLI_ARGS, env[`TF_CLI_ARGS_${command}`]].flatMap((text) =>
    (text ?? '').split(/\s+/),
  );
  const flag = [...added, ...words.slice(at + 1)].findLast((word) => DESTROY_FLAG.test(word));
  return flag !== undefined && !/=(?:0|f|false)$/i.test(flag);
}

const DESTROY_FLAG = /^--?destroy(?:=.*)?$/;
