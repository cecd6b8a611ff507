/**
 * The main job on this machine: a server, the real Terraform, and the quickstart example.
 * Everything happens in a temporary directory, which is kept only when a step fails.
 *
 *   node test/demo/run-demo.mjs
 *
 * Exit codes: 0 every step did what it should, 1 one did not, 3 there is no Terraform.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCommands, expectFact } from './commands.mjs';
import { createEnvironment } from './environment.mjs';
import { hasTerraform } from './has-terraform.mjs';
import { endWithSignals, isInterrupted, stopAllProcesses } from './processes.mjs';
import { printFailed, printHeading, printOutput, printText } from './screen.mjs';
import { startServer } from './server.mjs';
import { STEPS } from './steps.mjs';
import { linesMatching } from './trim-output.mjs';

const EXAMPLE = fileURLToPath(new URL('../../examples/terraform/quickstart', import.meta.url));

const EXIT_CODE_NO_TERRAFORM = 3;

const NO_TERRAFORM = `The demo needs Terraform 1.5 or newer on the PATH, and there is none.
How to get it: https://developer.hashicorp.com/terraform/install
It is one file: unpack it, put it into a directory of the PATH, and run \`make demo\` again.`;

process.exitCode = await main();

async function main() {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-demo-'));
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  endWithSignals(removeDirectory);
  const env = createEnvironment(directory);
  if (!(await hasTerraform(env))) {
    removeDirectory();
    process.stderr.write(`${NO_TERRAFORM}\n`);
    return EXIT_CODE_NO_TERRAFORM;
  }
  const startedAtMs = performance.now();
  try {
    await runDemo(directory, env);
  } catch (failure) {
    if (isInterrupted()) return new Promise(() => undefined);
    reportFailure(failure, directory);
    await stopAllProcesses();
    return 1;
  }
  removeDirectory();
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  printText(`\nEvery step did what it should (${seconds} s).`);
  return 0;
}

async function runDemo(directory, env) {
  const workspace = join(directory, 'quickstart');
  mkdirSync(workspace);
  cpSync(join(EXAMPLE, 'main.tf'), join(workspace, 'main.tf'));

  printHeading(1, 'A server starts');
  const server = await startServer({ dataDir: join(directory, 'data'), env });
  printOutput(linesMatching(/is ready at/)(server.log().split('\n')));
  const commands = createCommands({ workspace, env: { ...env, ...accessTo(server) } });

  printHeading(2, 'The Terraform provider is installed into a mirror');
  const places = ['--dir', join(directory, 'mirror'), '--cli-config', env.TF_CLI_CONFIG_FILE];
  await commands.novacron(['provider', 'install', ...places]);

  for (const [index, step] of STEPS.entries()) {
    printHeading(index + 3, step.title);
    await step.run(commands);
  }

  printHeading(STEPS.length + 3, 'The server stops');
  const exitCode = await server.stop();
  expectFact(exitCode === 0, 'it ends with exit code 0', `${server.log()}\nexit code ${exitCode}`);
}

/** The server's address and key, for the command line and for the variables of the example. */
function accessTo({ url, apiKey }) {
  return {
    NOVACRON_ENDPOINT: url,
    NOVACRON_API_KEY: apiKey,
    TF_VAR_novacron_endpoint: url,
    TF_VAR_novacron_api_key: apiKey,
  };
}

function reportFailure(failure, directory) {
  const { message, output } = failure;
  printFailed(`expected: ${message}`);
  printText('\nThe full output:');
  printOutput((output ?? failure.stack).split('\n'));
  printText(`\nConfiguration, state and the server's data are kept in ${directory}`);
}
