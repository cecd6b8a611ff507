/** Asks the agent of a node for the last lines of the console of a VM that is given up. */
import { consoleTailSubject } from '@novacron/contract/agent/agent-subjects';
import { TailAnswer } from '@novacron/contract/agent/console-tail';
import { toConsoleLines } from '@novacron/contract/formats/console-lines';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { capabilitiesOf } from '../../resources/vm/machine/configure-steps.ts';
import { observedOf } from '../../rows/answer-resource.ts';

/** Time limit for the agent's answer: giving up on a VM does not wait longer. Unit: ms. */
const REPLY_MS_MAX = 3_000;

/**
 * Reads them. They help people, and nothing depends on them: without an answer there are none.
 * @returns plain text, oldest first; what the agent has sent is not trusted
 */
export async function readConsoleTail(
  { store, bus, logger }: CapabilityDeps,
  row: VmRow,
): Promise<readonly string[]> {
  const node = String(observedOf(row).node);
  const [found] = await store.read({ from: 'nodes', where: { name: node } });
  if (found === undefined || capabilitiesOf(found).consoleTail !== 'yes') return [];
  const query = { vm_id: row.id };
  const reply = await bus.request(consoleTailSubject(node), query, { timeoutMs: REPLY_MS_MAX });
  const answer = TailAnswer.safeParse(reply.ok ? reply.value : undefined);
  if (answer.success && answer.data.kind === 'tail') return toConsoleLines(answer.data.text);
  logger.warn({ node, vm: row.id }, 'the console of a VM that is given up cannot be read');
  return [];
}
