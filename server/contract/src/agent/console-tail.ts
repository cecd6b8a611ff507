/**
 * Latest console output of a machine. A server requests it before it gives up on a VM, so that
 * people see the reason. The query changes nothing and is answered immediately.
 */
import { z } from 'zod';
import { VmId } from '../ids.ts';

/** Most characters of an answer; agents send the end of what they have. */
export const CONSOLE_TAIL_LENGTH_MAX = 16_384;

/** Query of a server. Only for agents that announce `consoleTail`. */
export const TailQuery = z.looseObject({ vm_id: VmId });
export type TailQuery = z.infer<typeof TailQuery>;

/** Answer of the agent. */
export const TailAnswer = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('tail'),
    text: z
      .string()
      .max(CONSOLE_TAIL_LENGTH_MAX)
      .describe('As plain text, lines separated by line feeds; empty where nothing was written'),
  }),
  z.looseObject({ kind: z.literal('failed'), message: z.string() }),
]);
export type TailAnswer = z.infer<typeof TailAnswer>;
