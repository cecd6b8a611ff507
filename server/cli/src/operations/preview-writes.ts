/** `--dry-run`: what writes would do, as the server says it, without doing them. */
import { AdmissionPreview } from '@novacron/contract/admission/admission';
import { isPreviewable } from '../arguments/asks-first.ts';
import type { TableCommand } from '../arguments/command-table.ts';
import { callOperation, type Session } from '../client/session.ts';
import { toAnsweredProblem } from '../failures/answered-problem.ts';
import { type Failure, problemFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';
import { renderFailure } from '../output/render-failure.ts';
import { describeWrite } from './describe-write.ts';
import type { Outcome } from './outcome.ts';

/** The fields of a write that only say how it is sent. */
const TRANSPORT_FIELDS: ReadonlySet<string> = new Set(['idempotency_key']);

/**
 * Shows what writes would do: placement, restarts, warnings of policies, and every reason for which
 * the server would refuse them. Failures: the first of these reasons, and problems of the server.
 */
export async function previewWrites(
  session: Session,
  command: TableCommand,
  inputs: readonly Fields[],
): Promise<Outcome> {
  const lines: string[] = [];
  const previews: Fields[] = [];
  const failures: Failure[] = [];
  for (const input of inputs) {
    const described = await describeWrite(session, command, input);
    if (!described.ok) return { failure: described.error };
    lines.push(...described.value);
    const preview = await previewOf(session, command, { input });
    if ('kind' in preview) return { failure: preview };
    previews.push(preview.answer);
    lines.push(...preview.lines);
    failures.push(...preview.refusals);
  }
  session.io.stderr.write('Dry run: nothing was changed\n');
  const text = lines.map((line) => `${plainLine(line)}\n`).join('');
  const [failure, ...others] = failures;
  for (const other of others) session.io.stderr.write(renderFailure(other, session.output));
  const [first = {}] = previews;
  const value = previews.length === 1 ? first : previews;
  const document = { kind: 'report', value, text } as const;
  return failure === undefined ? { document } : { document, failure };
}

/** Server's preview of a write. */
export interface Previewed {
  readonly answer: Fields;
  readonly lines: readonly string[];
  readonly refusals: readonly Failure[];
}

/**
 * Asks the server about one write.
 * @param request - `unknown`: fields whose values are not known yet; absent from the input
 * @returns the failure of the question, where it has one
 */
export async function previewOf(
  session: Session,
  { operation }: TableCommand,
  { input, unknown = [] }: { readonly input: Fields; readonly unknown?: readonly string[] },
): Promise<Previewed | Failure> {
  const sent = Object.fromEntries(
    Object.entries(input).filter(([field]) => !TRANSPORT_FIELDS.has(field)),
  );
  if (!isPreviewable(operation)) return { answer: sent, lines: [], refusals: [] };
  const asked = await callOperation(session, 'admission.preview', {
    operation,
    input: sent,
    // Nothing else is deleted before it, as a plan of Terraform may do.
    ...(operation.endsWith('.delete') ? { moment: 'apply' } : {}),
    ...(unknown.length === 0 ? {} : { unknown }),
  });
  if (!asked.ok) return asked.error;
  const preview = AdmissionPreview.parse(asked.value);
  const { notices, placement, problems, restarts, risks, warnings } = preview;
  return {
    answer: asked.value,
    lines: [
      ...(placement === null ? [] : [`  placement: ${placement.target_node}`]),
      ...(restarts.length === 0 ? [] : [`  requires a restart: ${restarts.join(', ')}`]),
      ...warnings.map(({ policy, message }) => `  warning: ${policy}: ${message}`),
      ...risks.map(({ summary, message }) => `  ${summary}: ${message}`),
      ...notices.map((notice) => `  notice: ${notice}`),
    ],
    refusals: problems.map((found) => problemFailure(toAnsweredProblem(found))),
  };
}
