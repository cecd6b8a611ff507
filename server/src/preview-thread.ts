/**
 * A third root: the worker thread in which drafts of policies are previewed. What is compared is
 * decided by the application, what is evaluated are programs of the policy adapter, and neither may
 * know the other. The thread holds nothing that it could not be given again: when a policy takes
 * too long it is thrown away.
 */
import { err, ok } from '@novacron/contract/result';
import { unexpected } from './adapters/policy/policy-problems.ts';
import { serveRequests } from './adapters/policy/serve-requests.ts';
import { createThreadPrograms, toUtf8 } from './adapters/policy/thread-programs.ts';
import { createAnswerMemo } from './app/governance/policy-preview/answer-memo.ts';
import { judgeRecord } from './app/governance/policy-preview/judge-record.ts';

const programs = createThreadPrograms();
const memo = createAnswerMemo();

serveRequests((task, request) => {
  programs.take(request);
  if (task.kind === 'evaluate') return programs.evaluate(task, request);
  const judge = task.kind === 'judge' ? request.judges[task.judge] : undefined;
  if (task.kind !== 'judge' || judge === undefined) {
    throw new Error(`this worker does not ${task.kind}`);
  }
  // Both programs take the same input.
  let input: ArrayBuffer | undefined;
  const record = judgeRecord(request.records[task.record] ?? '', judge, (which, question) =>
    memo.answer(judge.draft[which], question, () => {
      input ??= toUtf8(JSON.stringify(question));
      return evaluate(task[which], input);
    }),
  );
  return { kind: 'judged', record };
});

/** Evaluates a policy. An exception is an answer, too: a policy that fails refuses. */
function evaluate(program: number | undefined, input: ArrayBuffer) {
  try {
    return ok(programs.askOf(program ?? 0)(input));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return err(unexpected({ kind: 'failed', message }));
  }
}
