/** Changes that NovaCron intends to make by itself. */
import { z } from 'zod';
import { OperationId } from '../ids.ts';
import { Timestamp } from '../schema/resource.ts';

/** Classes of intents, the most urgent first. */
export const IntentClass = z.enum(['recovery', 'maintenance', 'scaling', 'consolidation']);
export type IntentClass = z.infer<typeof IntentClass>;

/** A change that waits. */
export const WaitingIntent = z.looseObject({
  class: IntentClass.describe('Urgency; `recovery` is the most urgent'),
  by: z.string().describe('The part of NovaCron that intends it, such as `recoveries`'),
  operation: z.string().describe('The operation that it leads to, such as `vm.recover`'),
  target: z.string().describe('Name of the VM or the node that it changes'),
  since: Timestamp.describe('Time since which it waits'),
  reason: z.string().describe('Reason it waits, in readable form'),
  held_by: OperationId.nullable().describe('The operation that it waits for, if it is one'),
});
export type WaitingIntent = z.infer<typeof WaitingIntent>;
