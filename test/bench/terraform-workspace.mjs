/** Directories with a configuration, and Terraform's commands in them with their times. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../demo/processes.mjs';

const PROVIDER = fileURLToPath(
  new URL('../../provider/dist/terraform-provider-novacron', import.meta.url),
);

/**
 * Copies the provider to where no later build changes it, as users have it: alone.
 * @returns {string} the executable
 */
export function copyProvider(directory) {
  const place = join(directory, 'provider');
  mkdirSync(place, { recursive: true });
  const executable = join(place, 'terraform-provider-novacron');
  copyFileSync(PROVIDER, executable);
  chmodSync(executable, 0o755);
  return executable;
}

/**
 * Lets Terraform use that copy; nothing has to be installed, and `init` is not needed.
 * @returns {string} the executable
 */
export function configureTerraform(directory, env) {
  const executable = copyProvider(directory);
  const override = `"novacron/novacron" = ${JSON.stringify(join(directory, 'provider'))}`;
  const text = `provider_installation {\n  dev_overrides {\n    ${override}\n  }\n}\n`;
  writeFileSync(env.TF_CLI_CONFIG_FILE, text);
  return executable;
}

/**
 * @param {{ directory: string, hcl: string, env: NodeJS.ProcessEnv }} options - the directory is
 * created
 */
export function createWorkspace({ directory, hcl, env }) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'main.tf'), hcl);

  const timed = (...args) => timedTo(0, ...args);

  /** Fails unless it ends with this code. */
  async function timedTo(exitCode, ...args) {
    const startedAtMs = performance.now();
    const options = { cwd: directory, env, limitMs: RUN_MS_MAX };
    const result = await runProcess('terraform', [...args, '-no-color'], options);
    const durationMs = performance.now() - startedAtMs;
    if (result.exitCode === exitCode) return durationMs;
    const words = `terraform ${args.join(' ')}`;
    throw new Error(`${words} ended with exit code ${result.exitCode}:\n${tail(result.output)}`);
  }

  return {
    apply: () => timed('apply', '-auto-approve'),
    /** Fails unless the plan is empty. */
    planNothing: () => timed('plan', '-detailed-exitcode'),
    /** Fails unless there is something to do. */
    planNew: () => timedTo(CHANGES_PLANNED, 'plan', '-detailed-exitcode'),
  };
}

/** Thousands of resources take minutes on a machine that others use as well. */
const RUN_MS_MAX = 1_200_000;

/** Exit code of Terraform with `-detailed-exitcode` for a plan with changes. */
const CHANGES_PLANNED = 2;

const OUTPUT_CHARACTERS_MAX = 4000;

function tail(output) {
  return output.slice(-OUTPUT_CHARACTERS_MAX);
}
