/** A directory with a shell in which users' scripts run as they are written. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { System } from './start-system.ts';

const PROGRAM = resolve(__dirname, '../../../server/cli/bin/novacron.mjs');

/** Variables of an environment. */
export type Variables = { readonly [name: string]: string };

/** A directory, and bash in it. */
export interface Shell {
  readonly directory: string;
  /** Runs a script until its first command that fails, with further variables. */
  readonly run: (
    script: string,
    variables?: Variables,
  ) => Promise<{
    readonly exitCode: number;
    readonly stdout: string;
    /** Standard output, followed by progress and error messages. */
    readonly output: string;
  }>;
}

/** A directory where `novacron` and `terraform` are on the path; it is removed with the system. */
export function openShell(system: System, env: Variables = {}): Shell {
  const workspace = system.workspace();
  const { directory } = workspace;
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'novacron'), `#!/bin/sh\nexec node ${PROGRAM} "$@"\n`);
  chmodSync(join(bin, 'novacron'), 0o755);
  const identity = ['GIT_AUTHOR', 'GIT_COMMITTER'].flatMap((who) => [
    [`${who}_NAME`, 'ann'],
    [`${who}_EMAIL`, 'ann@novacron.example'],
  ]);
  const whole = {
    ...workspace.env,
    ...Object.fromEntries(identity),
    ...env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
  };
  const run: Shell['run'] = (script, variables) =>
    new Promise((done) => {
      const options = { cwd: directory, env: { ...whole, ...variables } };
      execFile('bash', ['--norc', '-euc', script], options, (cause, stdout, stderr) =>
        done({ exitCode: Number(cause?.code ?? 0), stdout, output: stdout + stderr }),
      );
    });
  return { directory, run };
}
