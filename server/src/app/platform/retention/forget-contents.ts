/**
 * Deletes stored contents that nothing refers to: their write did not end, or their artifact or
 * model is forgotten.
 */
import { dropChunks } from '../contents/stored-content.ts';
import { deleteRows, type RetentionJob } from './retention-job.ts';

/** A write takes less. Unit: ms. */
export const CONTENT_WRITTEN_MS = 3_600_000;

/** The job. */
export const contentsJob: RetentionJob = {
  name: 'contents',
  deleteBatch: async (scope) => {
    const { deps, nowMs, limit } = scope;
    const found = await deps.store.tally({
      from: 'stored_chunks',
      where: { created_at_ms: { below: nowMs - CONTENT_WRITTEN_MS } },
      by: ['content'],
    });
    const contents = found.map(({ values: [content], total }) => {
      return { content: content ?? '', chunks: total };
    });
    const where = { content: { in: contents.map(({ content }) => content) } };
    const { versions, artifacts, models } = await deps.store.snapshot({
      versions: { from: 'terraform_state_versions', where },
      artifacts: { from: 'execution_artifacts', where },
      models: { from: 'model_versions', where },
    });
    const needed = new Set([...versions, ...artifacts, ...models].map(({ content }) => content));
    const drops = contents
      .filter(({ content }) => !needed.has(content))
      .flatMap(({ content, chunks }) => dropChunks(content, chunks))
      .slice(0, limit);
    return deleteRows(scope, drops.length, drops);
  },
};
