/** Facts of a server about its VMs that orchestration policies use. */

import { Usage } from '@novacron/contract/fleet/usage';
import type {
  OrchestratedResource,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import { err, ok, type Result } from '@novacron/contract/result';
import { selectsResource } from '@novacron/engine/automation/orchestration/rules/selects-resource';
import { z } from 'zod';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import type { Failure } from '../../../failures/failure.ts';

const LiveVm = z.looseObject({
  id: z.string(),
  name: z.string(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/** Concurrent requests for VM usage; more would only queue in the server. */
const CALLS_AT_ONCE = 16;

/**
 * Reads the VMs of the caller's tenant; those that a policy selects with their use. Failures: the
 * problems of the operations.
 * @returns VMs with `cpu_usage` and `memory_usage`, where they were measured lately: ratios of
 *   what was promised
 */
export async function readLiveFacts(
  session: Session,
  policies: readonly OrchestrationPolicy[],
): Promise<Result<readonly OrchestratedResource[], Failure>> {
  const listed = await listAll(session, { operation: 'vm.list', input: {} });
  if (!listed.ok) return listed;
  const vms = listed.value.map((item) => LiveVm.parse(item));
  const resources: OrchestratedResource[] = [];
  for (let at = 0; at < vms.length; at += CALLS_AT_ONCE) {
    const some = vms.slice(at, at + CALLS_AT_ONCE);
    for (const read of await Promise.all(some.map((vm) => readVm(session, vm, policies)))) {
      if (!read.ok) return err(read.error);
      resources.push(read.value);
    }
  }
  return ok(resources);
}

async function readVm(
  session: Session,
  { id, name, metadata }: z.infer<typeof LiveVm>,
  policies: readonly OrchestrationPolicy[],
): Promise<Result<OrchestratedResource, Failure>> {
  const vm: OrchestratedResource = {
    type: 'vm',
    name,
    namespace: null,
    labels: metadata ?? {},
    metrics: {},
  };
  if (!policies.some((policy) => selectsResource(policy, vm).ok)) return ok(vm);
  const usage = await callOperation(session, 'vm.usage', { id });
  return usage.ok ? ok({ ...vm, metrics: metricsOf(Usage.parse(usage.value)) }) : usage;
}

function metricsOf(usage: Usage): Readonly<Record<string, number>> {
  const { cpu_cores: cpu, cpu_cores_allocated: cpuMax } = usage;
  const { memory_gb: memory, memory_gb_allocated: memoryMax } = usage;
  return {
    ...(cpu === null ? {} : { cpu_usage: cpu / cpuMax }),
    ...(memory === null ? {} : { memory_usage: memory / memoryMax }),
  };
}
