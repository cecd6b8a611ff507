/** Cost of the constructs for an app: their import, and the synth of 1,000 VMs with all checks. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { round } from '../../statistics.mjs';

const VMS = 1000;
const REPETITIONS = 7;
const MS_PER_S = 1000;

/** Maximum memory of a synth. Unit: MB. */
const PEAK_MB_MAX = 500;

const HOST = fileURLToPath(new URL('../../host/synth-host.mjs', import.meta.url));

export const synthFigures = [
  {
    name: 'synth-1000',
    summary: 'synth of 1,000 VMs, checks included',
    measure: async (tools) => {
      const { runs, calibration } = measure(tools, VMS);
      const value = median(runs.map(({ synth_ms }) => synth_ms)) / MS_PER_S;
      const line = calibratedLine({ value, unit: 's', goal: 3, better: 'lower' }, calibration);
      const peak = round(Math.max(...runs.map(({ peak_mb }) => peak_mb)), 0);
      const ok = line.ok && peak <= PEAK_MB_MAX;
      return { ...line, ok, peak_mb: peak, repetitions: REPETITIONS };
    },
  },
  {
    name: 'constructs-import',
    summary: 'import of the constructs, more than cdktf alone',
    measure: async (tools) => {
      const { runs, calibration } = measure(tools, 1);
      const value = median(runs.map(({ import_ms }) => import_ms));
      const line = calibratedLine({ value, unit: 'ms', goal: 300, better: 'lower' }, calibration);
      const framework = round(median(runs.map(({ framework_ms }) => framework_ms)), 0);
      return { ...line, framework_ms: framework, repetitions: REPETITIONS };
    },
  },
];

function measure({ directory, env, progress }, vms) {
  const calibration = createCalibration(directory, { cpuShare: 1 });
  const runs = [];
  for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
    calibration.sample();
    const args = [HOST, String(vms), join(directory, `synth-${vms}`)];
    runs.push(JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' })));
    const { import_ms, synth_ms } = runs.at(-1);
    progress(
      `${repetition}/${REPETITIONS}: ${Math.round(import_ms)} ms, ${Math.round(synth_ms)} ms`,
    );
  }
  return { runs, calibration: calibration.result() };
}
