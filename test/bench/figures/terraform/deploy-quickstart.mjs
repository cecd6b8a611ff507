/** Time that a user of the constructs waits for deploy, an empty plan, and destroy. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { runProcess } from '../../../demo/processes.mjs';
import { NOVACRON, startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { round } from '../../statistics.mjs';

const REPETITIONS = 3;
const MS_PER_S = 1000;

/** For each command. Unit: ms. */
const LIMIT_MS = 300_000;

const EXAMPLE = fileURLToPath(new URL('../../../../examples/cdktf/quickstart', import.meta.url));
const INSTALLED = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
const CDKTF = join(INSTALLED, '.bin/cdktf');
const FLAGS = ['--auto-approve', '--skip-provider-lock', '--no-color'];

export const figure = {
  name: 'deploy-quickstart',
  summary: 'cdktf deploy of the quickstart, an empty plan, cdktf destroy',
  needsTerraform: true,
  measure: async ({ directory, env: given, progress }) => {
    const app = join(directory, 'app');
    mkdirSync(app);
    cpSync(EXAMPLE, app, { recursive: true });
    symlinkSync(INSTALLED, join(app, 'node_modules'));
    const server = await startServer({ dataDir: join(directory, 'data'), env: given });
    const env = {
      ...given,
      NOVACRON_ENDPOINT: server.url,
      NOVACRON_API_KEY: server.apiKey,
      CI: '1',
      CDKTF_HOME: join(directory, 'home'),
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
    };
    const run = (...command) => runIn(app, env, command);
    const mirror = ['--dir', join(directory, 'mirror'), '--cli-config', env.TF_CLI_CONFIG_FILE];
    await run(process.execPath, NOVACRON, 'provider', 'install', ...mirror);
    try {
      return await measureRounds(run, { directory, progress });
    } finally {
      await server.stop();
    }
  },
};

async function measureRounds(run, { directory, progress }) {
  const calibration = createCalibration(directory, { cpuShare: 1 });
  const rounds = [];
  for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
    calibration.sample();
    const times = [
      await run(CDKTF, 'deploy', ...FLAGS),
      await run('terraform', '-chdir=cdktf.out/stacks/quickstart', 'plan', '-detailed-exitcode'),
      await run(CDKTF, 'destroy', ...FLAGS),
    ];
    rounds.push(times);
    progress(`${repetition}/${REPETITIONS}: ${times.map((time) => round(time, 0)).join(', ')} ms`);
  }
  const total = rounds.map((times) => times.reduce((sum, time) => sum + time, 0) / MS_PER_S);
  const line = { value: median(total), unit: 's', goal: 60, better: 'lower' };
  const [deploy_ms, plan_ms, destroy_ms] = [0, 1, 2].map((index) =>
    round(median(rounds.map((times) => times[index])), 0),
  );
  const parts = { deploy_ms, plan_ms, destroy_ms, repetitions: REPETITIONS };
  return { ...calibratedLine(line, calibration.result()), ...parts };
}

/** Runs a command and says how long it took; fails unless it ends well. Unit: ms. */
async function runIn(cwd, env, [program, ...args]) {
  const startedAtMs = performance.now();
  const result = await runProcess(program, args, { cwd, env, limitMs: LIMIT_MS });
  if (result.exitCode === 0) return performance.now() - startedAtMs;
  throw new Error(`${program} ${args.join(' ')} ended with ${result.exitCode}:\n${result.output}`);
}
