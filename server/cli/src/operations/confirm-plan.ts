/** Shows on a terminal what writes would do, and asks before they are sent. */
import { ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { asksFirst } from '../arguments/asks-first.ts';
import type { TableCommand } from '../arguments/command-table.ts';
import { callOperation, type Session } from '../client/session.ts';
import { type Failure, findingsFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';
import { describeWrite } from './describe-write.ts';

/** Answer of a dry run. */
const Planned = z.looseObject({
  explanation: z.array(z.string()).default([]),
  plan: z
    .looseObject({
      explanation: z.array(z.string()).default([]),
      moves: z
        .array(
          z.looseObject({
            vm_id: z.string(),
            vm: z.string().nullable(),
            from: z.string(),
            to: z.string(),
          }),
        )
        .default([]),
    })
    .optional(),
});

/** Writes of one command that are sent together, or not at all. */
export interface PlannedWrites {
  readonly inputs: readonly Fields[];
  readonly options: Fields;
}

/**
 * Asks, where a person can answer. What a script sends is not asked about.
 * @returns why the writes are not sent; undefined where they are
 */
export async function confirmPlan(
  session: Session,
  command: TableCommand,
  { inputs, options }: PlannedWrites,
): Promise<Failure | undefined> {
  const { io } = session;
  const asked = inputs.filter(
    (input) => asksFirst(command.operation, input) && input.dry_run !== true,
  );
  if (asked.length === 0 || options.yes === true || !io.hasTerminal) return undefined;
  for (const input of asked) {
    const lines = await linesOf(session, command, input);
    if (!lines.ok) return lines.error;
    for (const line of lines.value) io.stderr.write(`${plainLine(line)}\n`);
  }
  return askToGoAhead(session);
}

/**
 * Asks a person whether what was shown is meant.
 * @returns why it is not done; undefined where it is
 */
export async function askToGoAhead({ io }: Session): Promise<Failure | undefined> {
  const answer = await io.readAnswer('Go ahead? Only "yes" is accepted: ');
  if (answer?.trim() === 'yes') return undefined;
  return findingsFailure('Nothing was changed. Answer yes, or add --yes');
}

/** Returns the server's plan of a write if available, else a description of it. */
async function linesOf(
  session: Session,
  command: TableCommand,
  input: Fields,
): Promise<Result<readonly string[], Failure>> {
  if (!command.flags.some(({ field }) => field === 'dry_run')) {
    return describeWrite(session, command, input);
  }
  const tried = await callOperation(session, command.operation, { ...input, dry_run: true });
  if (!tried.ok) return tried;
  const { explanation, plan } = Planned.parse(tried.value);
  const moves = (plan?.moves ?? []).map(
    ({ vm_id: id, vm, from, to }) => `  ${vm ?? id}: ${from} -> ${to}`,
  );
  return ok([...explanation, ...(plan?.explanation ?? []), ...moves]);
}
