/** Syncs that meet faults: kills of the server and its runner, and what refuses a sync. */
import { register } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { round } from '../../statistics.mjs';

const GOAL = 99;
const PERCENT = 100;

export const gitopsFaults = {
  name: 'gitops-faults',
  summary: 'syncs that end well, or in a refusal with its reason, with a fault injected into each',
  needsTerraform: true,
  needs: ['git'],
  measure: async ({ progress }) => {
    register('../../../simulation/load-typescript.mjs', import.meta.url);
    const { createApplication, openSyncWorld } = await import(
      '../../../integration/gitops/test-kit/open-sync-world.ts'
    );
    const { injectFaults } = await import('../../../integration/gitops/test-kit/inject-faults.ts');
    const { makeRepository } = await import(
      '../../../../server/cli/src/commands/gitops/test-kit/git-fixture.ts'
    );
    const { BENCH_SYNCS = '20', SEED = 'faults' } = process.env;
    const repository = makeRepository();
    const world = await openSyncWorld({ paths: [repository.directory] });
    const application = await createApplication(world, {
      name: 'web',
      repository: repository.url,
      prune: true,
      prune_count_max: 1_000,
      prune_ratio_max: 1,
    });
    const bed = { world, application, repository, say: progress, pause: wait };
    const report = await injectFaults(bed, { seed: SEED, syncs: Number(BENCH_SYNCS) });
    await world.close();
    repository.remove();
    const { syncs, ended, kills, steps, broken } = report;
    for (const each of broken) progress(each);
    const value = round((PERCENT * ended) / syncs, 1);
    return {
      value,
      unit: '%',
      goal: GOAL,
      better: 'higher',
      ok: value >= GOAL && broken.length === syncs - ended,
      syncs,
      kills,
      killed_steps: steps,
      broken: broken.length,
    };
  },
};
