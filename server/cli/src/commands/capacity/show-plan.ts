/** `novacron capacity plan`: when resources run out, and what to do. */
import type { Session } from '../../client/session.ts';
import { problemFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/outcome.ts';
import type { OutputFormat } from '../../output/render-output.ts';
import { drawPlan } from './draw-plan.ts';
import { writePlanMarkdown } from './write-plan-markdown.ts';

/** Shows it. Failures: problems of the server. */
export async function showPlan(session: Session, format: OutputFormat): Promise<Outcome> {
  const { client, signal, style } = session;
  const answer = await client.call('capacity.plan', {}, { signal });
  if (!answer.ok) return { failure: problemFailure(answer.error) };
  const plan = answer.value;
  const text = format === 'markdown' ? writePlanMarkdown(plan) : drawPlan(plan, style);
  return { document: { kind: 'report', value: plan, text } };
}
