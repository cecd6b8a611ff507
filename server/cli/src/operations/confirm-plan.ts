/** Shows on a terminal what a write would do, and asks before it is sent. */
import { z } from 'zod';
import { asksFirst } from '../arguments/asks-first.ts';
import type { TableCommand } from '../arguments/command-table.ts';
import { callOperation, type Session } from '../client/session.ts';
import { type Failure, findingsFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';

/** What a dry run says. */
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

/**
 * Asks, where a person can answer. What a script sends is not asked about.
 * @returns why the write is not sent; undefined where it is
 */
export async function confirmPlan(
  session: Session,
  { operation }: TableCommand,
  { input, options }: { readonly input: Fields; readonly options: Fields },
): Promise<Failure | undefined> {
  const { io } = session;
  if (!asksFirst(operation) || input.dry_run === true || options.yes === true) return undefined;
  if (!io.hasTerminal) return undefined;
  const tried = await callOperation(session, operation, { ...input, dry_run: true });
  if (!tried.ok) return tried.error;
  for (const line of linesOf(Planned.parse(tried.value))) {
    io.stderr.write(`${plainLine(line)}\n`);
  }
  const answer = await io.readAnswer('Go ahead? Only "yes" is accepted: ');
  if (answer?.trim() === 'yes') return undefined;
  return findingsFailure('Nothing was changed. Answer yes, or add --yes');
}

function linesOf({ explanation, plan }: z.infer<typeof Planned>): readonly string[] {
  const moves = (plan?.moves ?? []).map(
    ({ vm_id: id, vm, from, to }) => `  ${vm ?? id}: ${from} -> ${to}`,
  );
  return [...explanation, ...(plan?.explanation ?? []), ...moves];
}
