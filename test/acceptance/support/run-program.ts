/** Programs that drive Terraform, run in a directory against a system. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './install.ts';
import type { System } from './start-system.ts';

/** Environment of a program. */
interface Surroundings {
  readonly directory: string;
  readonly system: Pick<System, 'url' | 'adminKey'>;
  readonly installation: Pick<Installation, 'cliConfig'>;
}

/**
 * Runs a program and answers with its output. Rejects where it fails, with the same. It writes into
 * a file: cdktf ends without waiting until a slow reader has taken all from a pipe.
 */
export function runProgram(
  { directory, system, installation }: Surroundings,
  program: string,
  ...args: readonly string[]
): Promise<string> {
  const env = {
    ...process.env,
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
    CDKTF_HOME: join(directory, 'home'),
    CHECKPOINT_DISABLE: '1',
    CI: '1',
    NOVACRON_API_KEY: system.adminKey,
    NOVACRON_ENDPOINT: system.url,
    NOVACRON_PROVIDER_CHECK: '1',
    TF_CLI_CONFIG_FILE: installation.cliConfig,
    TF_IN_AUTOMATION: '1',
  };
  const path = join(directory, 'output.log');
  const log = openSync(path, 'w');
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd: directory, env, stdio: ['ignore', log, log] });
    closeSync(log);
    child.once('error', fail);
    child.once('exit', (code) => {
      const output = `${program} ${args.join(' ')}\n${readFileSync(path, 'utf8')}`;
      if (code === 0) done(output);
      else fail(new Error(output));
    });
  });
}
