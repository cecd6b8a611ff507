/** Programs that drive Terraform, run in a directory against a system. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Installation } from './install.ts';
import type { System } from './start-system.ts';

/** Where a program runs, and what it meets. */
interface Surroundings {
  readonly directory: string;
  readonly system: Pick<System, 'url' | 'adminKey'>;
  readonly installation: Pick<Installation, 'cliConfig'>;
}

/** Runs a program and answers with its output. Rejects where it fails, with the same. */
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
  return new Promise((done, fail) => {
    const options = { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const output = `${program} ${args.join(' ')}\n${stdout}${stderr}`;
      if (error === null) done(output);
      else fail(new Error(output));
    });
  });
}
