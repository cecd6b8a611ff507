/**
 * The main job on this machine: a server, the real Terraform, and the quickstart example.
 * Everything happens in a temporary directory, which is kept only when a step fails.
 *
 *   node test/demo/run-demo.mjs [--hypervisor simulator|qemu] [--stay]
 *
 * With --stay, and by itself on a terminal, the server stays until Enter is pressed, so that its
 * dashboard can be opened.
 *
 * Exit codes: 0 every step did what it should, 1 one did not, 2 wrong usage, 3 a program is
 * missing, such as Terraform.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCommands, expectFact } from './commands.mjs';
import { showDashboard, waitForEnter } from './dashboard.mjs';
import { createEnvironment } from './environment.mjs';
import { hasTerraform } from './has-terraform.mjs';
import { endWithSignals, isInterrupted, stopAllProcesses } from './processes.mjs';
import { qemu } from './qemu.mjs';
import { printFailed, printHeading, printOutput, printText } from './screen.mjs';
import { startServer } from './server.mjs';
import { simulator } from './simulator.mjs';
import { makeSteps } from './steps.mjs';
import { linesMatching } from './trim-output.mjs';

const EXAMPLE = fileURLToPath(new URL('../../examples/terraform/quickstart', import.meta.url));

const HYPERVISORS = { simulator, qemu };

const USAGE = 'Usage: node test/demo/run-demo.mjs [--hypervisor simulator|qemu] [--stay]';

const EXIT_CODE_USAGE = 2;
const EXIT_CODE_MISSING = 3;

const NO_TERRAFORM = `The demo needs Terraform 1.5 or newer on the PATH, and there is none.
How to get it: https://developer.hashicorp.com/terraform/install
It is one file: unpack it, put it into a directory of the PATH, and run \`make demo\` again.`;

process.exitCode = await main();

async function main() {
  const wish = readWish();
  if (wish === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT_CODE_USAGE;
  }
  const { hypervisor, stays } = wish;
  const directory = mkdtempSync(join(tmpdir(), 'novacron-demo-'));
  const removeDirectory = () => {
    hypervisor.cleanUp(directory);
    rmSync(directory, { recursive: true, force: true });
  };
  endWithSignals(removeDirectory);
  const env = createEnvironment(directory);
  const missing = (await hasTerraform(env)) ? await hypervisor.findMissing(env) : NO_TERRAFORM;
  if (missing !== undefined) {
    removeDirectory();
    process.stderr.write(`${missing}\n`);
    return EXIT_CODE_MISSING;
  }
  const startedAtMs = performance.now();
  try {
    await runDemo({ directory, env, hypervisor, stays });
  } catch (failure) {
    if (isInterrupted()) return new Promise(() => undefined);
    reportFailure(failure, directory);
    await stopAllProcesses();
    hypervisor.cleanUp(directory);
    return 1;
  }
  removeDirectory();
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  printText(`\nEvery step did what it should (${seconds} s).`);
  return 0;
}

/** @returns what the words ask for; undefined where there is no such hypervisor or option */
function readWish() {
  try {
    const options = { hypervisor: { type: 'string' }, stay: { type: 'boolean' } };
    const { values } = parseArgs({ options });
    const hypervisor = new Map(Object.entries(HYPERVISORS)).get(values.hypervisor ?? 'simulator');
    const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    return hypervisor === undefined ? undefined : { hypervisor, stays: values.stay ?? isTerminal };
  } catch {
    return undefined;
  }
}

async function runDemo({ directory, env, hypervisor, stays }) {
  const workspace = join(directory, 'quickstart');
  const dataDir = join(directory, 'data');
  mkdirSync(workspace);
  const configuration = readFileSync(join(EXAMPLE, 'main.tf'), 'utf8');
  writeFileSync(join(workspace, 'main.tf'), hypervisor.adapt(configuration));

  printHeading(1, 'A server starts');
  hypervisor.prepare(dataDir);
  const server = await startServer({ dataDir, env, args: hypervisor.serverArgs });
  printOutput(linesMatching(/^Hypervisor: /, /is ready at/)(server.log().split('\n')));
  const commands = createCommands({ workspace, env: { ...env, ...accessTo(server) } });

  printHeading(2, 'The Terraform provider is installed into a mirror');
  const places = ['--dir', join(directory, 'mirror'), '--cli-config', env.TF_CLI_CONFIG_FILE];
  await commands.novacron(['provider', 'install', ...places]);

  const steps = makeSteps(hypervisor);
  for (const [index, step] of steps.entries()) {
    printHeading(index + 3, step.title);
    await step.run(commands, dataDir);
  }

  printHeading(steps.length + 3, 'The dashboard');
  await showDashboard(server);
  if (stays) await waitForEnter();

  printHeading(steps.length + 4, 'The server stops');
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
