import { runProcess } from './processes.mjs';

/** Whether there is a Terraform on the PATH that runs. */
export async function hasTerraform(env) {
  try {
    // The file that the variable names does not exist yet.
    const options = { env: { ...env, TF_CLI_CONFIG_FILE: '' } };
    const { exitCode } = await runProcess('terraform', ['version'], options);
    return exitCode === 0;
  } catch {
    return false;
  }
}
