/** CPU time of the provider itself in an empty plan: Terraform starts it three times. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { createSeededWorkspace } from '../../seeded-workspace.mjs';
import { round } from '../../statistics.mjs';
import { configureTerraform } from '../../terraform-workspace.mjs';

const VMS = 1000;
const REPETITIONS = 5;
const MS_PER_S = 1000;
const REPORT = fileURLToPath(new URL('../../host/report-cpu.cjs', import.meta.url));

export const figure = {
  name: 'provider-share-1000',
  summary: `CPU time of the provider in a no-op plan of ${VMS} VMs`,
  needsTerraform: true,
  measure: async ({ directory, shared, env, progress }) => {
    const calibration = createCalibration(directory, { cpuShare: 1, clock: 'cpu' });
    configureTerraform(directory, env);
    const seeded = await createSeededWorkspace({ directory, shared, env, vms: VMS, progress });
    const file = join(directory, 'cpu.jsonl');
    const more = { NODE_OPTIONS: `--require ${REPORT}`, BENCH_CPU_FILE: file };
    const plans = [];
    for (let each = 0; each < REPETITIONS; each += 1) {
      calibration.sample();
      rmSync(file, { force: true });
      await seeded.workspaceOf(VMS, more).planNothing();
      const starts = readFileSync(file, 'utf8').trim().split('\n').map(readCpuMs);
      plans.push({ allMs: starts.reduce((sum, ms) => sum + ms, 0), starts: starts.length });
      progress(`${each + 1}/${REPETITIONS}: ${Math.round(plans.at(-1).allMs)} ms`);
    }
    await seeded.stop();
    const value = median(plans.map(({ allMs }) => allMs)) / MS_PER_S;
    const figured = { value, unit: 's', goal: 0.5, better: 'lower' };
    const line = calibratedLine(figured, calibration.result());
    return { ...line, starts: round(median(plans.map(({ starts }) => starts)), 0) };
  },
};

function readCpuMs(line) {
  return JSON.parse(line).cpuMs;
}
