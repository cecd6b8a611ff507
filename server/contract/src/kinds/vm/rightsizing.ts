/** Recommended CPU and memory for a VM, or for the members of a group. */
import { z } from 'zod';

const amount = (words: string) =>
  z.number().nullable().describe(`${words}; null without enough measurements`);

/** The recommendation for one resource. */
const ResourceSize = z.looseObject({
  configured: z.number().describe('What is configured'),
  recommended: amount('What is recommended; `configured` where that is the right size'),
  verdict: z
    .enum(['grow', 'shrink', 'keep', 'unknown'])
    .describe('What to do; `unknown`: nothing is recommended, `explanation` says why'),
  used_p50: amount('Half of the time no more was used'),
  used_p90: amount('In 90 % of the time no more was used'),
  used_p95: amount('In 95 % of the time no more was used'),
  used_max: amount('The most that was used'),
  days: z.number().describe('How long was measured at this size. Unit: days'),
});

/** The recommendation. */
export const Rightsizing = z.looseObject({
  cpu_cores: ResourceSize.describe('CPU, by means of 5 minutes. Unit: cores'),
  memory_gb: ResourceSize.describe('Memory, by the most of each hour. Unit: GB'),
  explanation: z.array(z.string()).describe('The same in words'),
});
export type Rightsizing = z.infer<typeof Rightsizing>;
