/** Follows docs/how-to/autonomous-decisions.md against a server with a simulated fleet. */
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { writeModel } from '@novacron/engine/autonomy/model-file';
import { planLearning } from '@novacron/engine/autonomy/plan-learning';
import { makeScenario } from '@novacron/engine/autonomy/simulate/make-scenario';
import { makeRng } from '@novacron/engine/rng';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/autonomous-decisions.md', 'data-decisions', async (reader, step) => {
  if (!step.command.startsWith('novacron simulate decisions')) return reader.follow(step);
  // Training until the model is better takes minutes: `make bench ONLY=autonomy-cost` does it.
  const rng = makeRng('page');
  const scenarios = [makeScenario(rng, 0)];
  const request = { scenarios, validation: scenarios, episodes: 1, seed: 'page' };
  const model = planLearning(request, { rng });
  writeFileSync(
    join(reader.directory, 'decisions.model'),
    writeModel(model, (text) => hash('sha256', text, 'hex')),
  );
  return { exitCode: 0, output: '' };
});
