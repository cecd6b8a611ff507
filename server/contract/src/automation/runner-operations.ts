/** The rows of the operations table about runners, and a runner as answers carry it. */
import { z } from 'zod';
import { RunnerId, TenantId } from '../ids.ts';
import { list } from '../operation/listing.ts';
import { look, named } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';

/** A runner that has announced itself. It ends with its enrollment. */
export const Runner = z.looseObject({
  id: RunnerId,
  tenant_id: TenantId.describe('The tenant whose commands it runs'),
  name: z.string(),
  status: z
    .enum(['ready', 'silent'])
    .describe('`silent`: it has not announced itself for a while, and gets no steps'),
  labels: z.record(z.string(), z.string()).describe('Labels that `run_on` of steps can select'),
  capabilities: z
    .array(z.string())
    .describe(
      'Kinds of steps that it carries out; `memory_limit`: its memory limit is one of a step as ' +
        'a whole. Without it, each process of a step has that limit',
    ),
  network: z
    .enum(['none', 'hosts', 'open'])
    .describe(
      'Network its steps can reach: none, the hosts they name, or everything its host can reach',
    ),
  places: z.int().describe('Most steps at once'),
  running: z.int().describe('Steps that ran when it announced itself last'),
  version: z.string(),
  created_at: Timestamp.describe('Time of its first announcement'),
  last_seen_at: Timestamp,
});
export type Runner = z.infer<typeof Runner>;

/** The rows by name. */
export const runnerOperations = {
  'runner.get': {
    ...look,
    summary: 'Shows a runner.',
    rest: { method: 'GET', path: '/runners/{id}', status: 200 },
    input: z.strictObject({ id: RunnerId }),
    output: Runner,
    problems: ['not-found'],
  },
  'runner.list': {
    ...look,
    summary: 'Lists the runners of the tenant, which run the commands of its workflows.',
    rest: { method: 'GET', path: '/runners', status: 200 },
    ...list(Runner, {
      filters: { ...named },
      sort: ['created_at', 'name'],
      search: ['name'],
      time: 'created_at',
    }),
    problems: [],
  },
  'runner.delete': {
    effect: 'write',
    role: 'admin',
    idempotency: 'natural',
    summary:
      'Removes a runner that is silent; commands that it may still run count as failed, with an ' +
      'unknown effect.',
    rest: { method: 'DELETE', path: '/runners/{id}', status: 200 },
    input: z.strictObject({ id: RunnerId }),
    output: z.looseObject({}),
    problems: ['not-found', 'in-use', 'policy-denied', 'conflict'],
  },
} as const;
