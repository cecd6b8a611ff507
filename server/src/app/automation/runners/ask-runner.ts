/** Requests of a server to a runner over the bus, and the runner's answers. */
import {
  RunnerAcceptance,
  RunnerAnswer,
  RunnerCompletion,
  RunnerLog,
  type RunnerOrder,
  type RunnerOutcome,
  type RunnerQuery,
} from '@novacron/contract/automation/runner';
import {
  runnerCompletionSubject,
  runnerLogSubject,
  runnerOrderSubject,
  runnerOutcomeSubject,
} from '@novacron/contract/automation/runner-subjects';
import type { OperationId } from '@novacron/contract/ids';
import type { CapabilityDeps } from '../../platform/deps.ts';

type Deps = Pick<CapabilityDeps, 'bus'>;

/** A runner that takes longer to answer counts as out of reach. Unit: ms. */
export const ANSWER_MS_MAX = 5_000;

/** Maximum length of a log that the runner retains. Unit: characters. */
const LOG_LENGTH_MAX = 1_048_576;

/** An attempt, as the journal of its runner knows it. */
export interface AttemptAt {
  /** The name of the runner. */
  readonly runner: string;
  readonly execution_id: OperationId;
  readonly attempt: string;
}

/**
 * Whether a runner has begun an attempt; `unclear`: it has not said so, but may have; `wanting`: it
 * begins once it has this artifact, and the order again.
 */
export type Acceptance =
  | { readonly kind: 'accepted' | 'unclear' | 'not-begun' }
  | { readonly kind: 'wanting'; readonly artifact: string }
  | { readonly kind: 'refused'; readonly message: string };

/** Sends an attempt to a runner. */
export async function sendOrder(
  { bus }: Deps,
  runner: string,
  order: RunnerOrder,
): Promise<Acceptance> {
  const said = await bus.request(runnerOrderSubject(runner), order, { timeoutMs: ANSWER_MS_MAX });
  if (!said.ok) {
    if (said.error.code === 'payload-too-large') return refused(said.error.detail);
    return { kind: said.error.data?.reason === 'no-responder' ? 'not-begun' : 'unclear' };
  }
  const answer = RunnerAcceptance.safeParse(said.value);
  if (!answer.success) return { kind: 'unclear' };
  switch (answer.data.kind) {
    case 'accepted':
      return { kind: 'accepted' };
    case 'busy':
    case 'another-start':
    case 'withdrawn':
      return { kind: 'not-begun' };
    case 'wanting':
      return { kind: 'wanting', artifact: answer.data.artifact };
    case 'superseded':
      return refused(`a later attempt has started: ${answer.data.by}`);
    case 'not-understood':
      return refused(answer.data.message);
  }
}

function refused(message: string): Acceptance {
  return { kind: 'refused', message };
}

/**
 * Asks how an attempt goes.
 * @param more - the start that the order was for; what refuses orders that have not come yet
 * @returns undefined while the runner does not answer
 */
export async function askOutcome(
  { bus }: Deps,
  { runner, ...attempt }: AttemptAt,
  more: Pick<RunnerQuery, 'start' | 'withdraw'>,
): Promise<RunnerAnswer | undefined> {
  const query: RunnerQuery = { ...attempt, ...more };
  const said = await bus.request(runnerOutcomeSubject(runner), query, {
    timeoutMs: ANSWER_MS_MAX,
  });
  const answer = RunnerAnswer.safeParse(said.ok ? said.value : undefined);
  return answer.success ? answer.data : undefined;
}

/** Reads what an attempt has printed; less of it where the runner stops answering. */
export async function readLog(
  { bus }: Deps,
  { runner, ...attempt }: AttemptAt,
  from = 0,
): Promise<{ readonly text: string; readonly droppedBytes: number }> {
  let text = '';
  let droppedBytes = 0;
  // What a runner of an earlier release has dropped so far is not known.
  while (from + text.length < LOG_LENGTH_MAX) {
    const query = { ...attempt, offset: from + text.length };
    const said = await bus.request(runnerLogSubject(runner), query, { timeoutMs: ANSWER_MS_MAX });
    const part = RunnerLog.safeParse(said.ok ? said.value : undefined);
    if (!part.success) break;
    droppedBytes = part.data.dropped_bytes ?? droppedBytes;
    if (part.data.text === '') break;
    text += part.data.text;
  }
  return { text: text.slice(0, Math.max(0, LOG_LENGTH_MAX - from)), droppedBytes };
}

/** Hears how an attempt has ended. @returns a function that ends it */
export function hearEnd(
  { bus }: Deps,
  { runner, execution_id, attempt }: AttemptAt,
  onEnd: (outcome: RunnerOutcome) => void,
): () => void {
  return bus.subscribe(runnerCompletionSubject(runner), (message) => {
    const said = RunnerCompletion.safeParse(message);
    if (!said.success || said.data.execution_id !== execution_id) return;
    if (said.data.attempt === attempt) onEnd(said.data.outcome);
  });
}
