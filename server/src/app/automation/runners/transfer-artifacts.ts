/**
 * Sends artifacts to a runner, and reads those that it has: part by part, each asked for by the
 * server.
 */
import {
  RunnerArtifactAnswer,
  type RunnerArtifactRequest,
  type RunnerOrder,
} from '@novacron/contract/automation/runner';
import { runnerArtifactSubject } from '@novacron/contract/automation/runner-subjects';
import { wait } from '@novacron/runtime/wait';
import { readContent, type WrittenContent } from '../../platform/contents/stored-content.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { ANSWER_MS_MAX, type AttemptAt } from './ask-runner.ts';

/** A runner that does not respond for longer has lost what it was asked for. Unit: ms. */
const SILENCE_MS_MAX = 120_000;

const AGAIN_MS = 2_000;

/** Sends an artifact. @returns whether the runner has all of it */
export async function putArtifact(
  deps: Pick<CapabilityDeps, 'bus' | 'store'>,
  runner: string,
  of: {
    readonly order: Pick<RunnerOrder, 'execution_id' | 'attempt'>;
    readonly artifact: string;
    readonly content: WrittenContent;
  },
): Promise<boolean> {
  const { order, artifact, content } = of;
  const { execution_id, attempt } = order;
  let offset = 0;
  for await (const bytes of readContent(deps.store, content)) {
    const data = Buffer.from(bytes).toString('base64');
    const part = { kind: 'put', execution_id, attempt, artifact, offset, data } as const;
    const answer = await ask(deps, runner, part);
    if (answer?.kind !== 'done') return false;
    offset += bytes.length;
  }
  return true;
}

/** Thrown by a transfer that does not go on; its message says why, after the name of the runner. */
export class TransferEnded extends Error {}

/**
 * Reads an artifact that an attempt has saved. @throws TransferEnded
 * @param of.signal - ends the wait for a runner that does not respond
 */
export async function* getArtifact(
  deps: Pick<CapabilityDeps, 'bus' | 'clock' | 'timers'>,
  { runner, execution_id, attempt }: AttemptAt,
  of: { readonly name: string; readonly bytes: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const { name: artifact, bytes, signal } = of;
  const { clock, timers } = deps;
  let offset = 0;
  let heardMs = clock.nowMs();
  while (offset < bytes) {
    const answer = await ask(deps, runner, {
      kind: 'get',
      execution_id,
      attempt,
      artifact,
      offset,
    });
    if (answer === undefined && clock.nowMs() - heardMs < SILENCE_MS_MAX && !signal.aborted) {
      await wait({ timers, delayMs: AGAIN_MS, signals: [signal] });
      continue;
    }
    if (answer === undefined) throw new TransferEnded('does not respond');
    const part = answer.kind === 'part' ? Buffer.from(answer.data, 'base64') : [];
    if (part.length === 0) throw new TransferEnded('no longer has it');
    heardMs = clock.nowMs();
    offset += part.length;
    yield Buffer.from(part);
  }
}

/** Lets a runner forget what an attempt has saved. One that does not hear it forgets it later. */
export async function releaseArtifacts(
  deps: Pick<CapabilityDeps, 'bus'>,
  { runner, execution_id, attempt }: AttemptAt,
): Promise<void> {
  await ask(deps, runner, { kind: 'release', execution_id, attempt });
}

async function ask(
  { bus }: Pick<CapabilityDeps, 'bus'>,
  runner: string,
  request: RunnerArtifactRequest,
): Promise<RunnerArtifactAnswer | undefined> {
  const said = await bus.request(runnerArtifactSubject(runner), request, {
    timeoutMs: ANSWER_MS_MAX,
  });
  const answer = RunnerArtifactAnswer.safeParse(said.ok ? said.value : undefined);
  return answer.success ? answer.data : undefined;
}
