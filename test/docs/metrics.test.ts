/** Follows docs/how-to/metrics.md against a server with a simulated fleet. */
import { jest } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Follow, followPage } from './follow-page.ts';

/** A sample of an agent is there after a minute. */
jest.setTimeout(180_000);
const SAMPLE_MS_MAX = 150_000;

/** Runs what shows measured values until there are some. */
const followOnceMeasured: Follow = (reader, step) => {
  if (!step.command.includes('cpu_utilization_ratio')) return reader.follow(step);
  const follow = async () => {
    const outcome = await reader.follow(step);
    return outcome.exitCode === 0 ? outcome : undefined;
  };
  return waitUntil(step.command, follow, { timeoutMs: SAMPLE_MS_MAX });
};

followPage('docs/how-to/metrics.md', 'data-metrics', followOnceMeasured);
