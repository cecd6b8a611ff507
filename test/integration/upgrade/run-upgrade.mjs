/**
 * The last release and this checkout against each other, with the real programs: server, agent,
 * provider and Terraform. One line a step; exit 1 with the first step that went wrong.
 *
 *   node test/integration/upgrade/run-upgrade.mjs
 *
 * BASE is the commit of the release; RELEASE a directory that has it built, instead of building it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEnvironment } from '../../demo/environment.mjs';
import { hasTerraform } from '../../demo/has-terraform.mjs';
import { endWithSignals, stopAllProcesses } from '../../demo/processes.mjs';
import { checkAgents } from './check-agents.mjs';
import { checkTerraform } from './check-terraform.mjs';
import { buildRelease } from './release.mjs';

register('../../simulation/load-typescript.mjs', import.meta.url);

/** The last commit of the release before this one. */
const BASE_DEFAULT = '823b7208';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const { BASE = BASE_DEFAULT, RELEASE } = process.env;

process.exitCode = await main();

async function main() {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-upgrade-'));
  const env = createEnvironment(directory);
  if (!(await hasTerraform(env))) {
    process.stderr.write('The upgrade needs Terraform 1.5 or newer on the PATH.\n');
    return 1;
  }
  let release;
  const removeAll = () => {
    release?.remove();
    rmSync(directory, { recursive: true, force: true });
  };
  endWithSignals(removeAll);
  try {
    release = await buildRelease({ base: BASE, built: RELEASE, directory, root: ROOT, env, say });
    const sides = {
      released: { name: 'released', root: release.root },
      current: { name: 'current', root: ROOT },
    };
    await checkTerraform(sides, { directory, env, say });
    await checkAgents(sides, { directory, env, say });
    say('every step did what it should');
    return 0;
  } catch (cause) {
    process.stdout.write(`FAILED ${cause.message}\n${cause.output ?? cause.stack}\n`);
    return 1;
  } finally {
    await stopAllProcesses();
    removeAll();
  }
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
