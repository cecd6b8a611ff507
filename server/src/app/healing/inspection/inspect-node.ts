/** Asks the agent of a node for its inventory. */
import { Inspection } from '@novacron/contract/agent/agent';
import { inspectSubject } from '@novacron/contract/agent/agent-subjects';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Timeout after which an agent counts as unreachable. */
const INSPECT_MS_MAX = 10_000;

/** @returns undefined where the node cannot be inspected; the log says why */
export async function inspectNode(
  deps: Pick<CapabilityDeps, 'bus' | 'logger'>,
  node: string,
): Promise<Inspection | undefined> {
  const reply = await deps.bus.request(inspectSubject(node), {}, { timeoutMs: INSPECT_MS_MAX });
  const inspection = reply.ok ? Inspection.safeParse(reply.value) : undefined;
  if (inspection?.success === true) return inspection.data;
  const reason = reply.ok ? 'its answer is invalid' : reply.error.detail;
  deps.logger.info({ node, reason }, 'the node cannot be inspected; nothing is changed');
  return undefined;
}
