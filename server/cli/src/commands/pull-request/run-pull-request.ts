/** What the commands of `pull-request` do. */
import { ok, type Result } from '@novacron/contract/result';
import { findingsFailure } from '../../failures/failure.ts';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { type Refusal, refuse } from '../gitops/step/refusal.ts';
import { applyPullRequest } from './apply-pull-request.ts';
import { unlockDirectories } from './checkout/directory-locks.ts';
import { runIn } from './checkout/open-checkout.ts';
import type { CodeHost, PullRequest } from './code-host/code-host.ts';
import { openCodeHost } from './code-host/open-code-host.ts';
import { type CommandResult, planPullRequest } from './plan-pull-request.ts';
import type { PullRequestContext } from './pull-request-world.ts';
import { readCommand, readComment, readNumber } from './read-event.ts';
import { publishReport } from './report/publish-report.ts';
import { said } from './report/render-section.ts';

/** A command line. */
export interface PullRequestRequest {
  readonly verb: 'plan' | 'apply' | 'unlock' | 'comment';
  readonly number?: number | undefined;
  /** Name of a directory. */
  readonly directory?: string | undefined;
  /** File with the event. */
  readonly event?: string | undefined;
}

/** Runs it. @param root - a directory of the checkout */
export async function runPullRequest(
  { io, env }: { readonly io: CliIo; readonly env: Environment },
  request: PullRequestRequest,
  root: string,
): Promise<Outcome> {
  const interruption = new AbortController();
  const endSubscription = io.onInterrupt(() => interruption.abort());
  const base = { io, env, root, signal: interruption.signal };
  try {
    const done = await (request.verb === 'comment'
      ? answerComment(base, request)
      : runVerb(base, request.verb, request));
    if (!done.ok) return { failure: findingsFailure(done.error.reason) };
    const document = { kind: 'lines', value: { lines: [...done.value.lines] } } as const;
    const { failure } = done.value;
    return failure === undefined ? { document } : { document, failure: findingsFailure(failure) };
  } finally {
    endSubscription();
  }
}

type Base = Pick<PullRequestContext, 'io' | 'env' | 'root' | 'signal'>;
type Verb = Exclude<PullRequestRequest['verb'], 'comment'>;

async function runVerb(
  base: Base,
  verb: Verb,
  request: Omit<PullRequestRequest, 'verb'>,
): Promise<Result<CommandResult, Refusal>> {
  const host = openCodeHost(base);
  if (!host.ok) return host;
  const number = await readNumber(base.io, base.env, request);
  if (!number.ok) return number;
  return runFor(base, host.value, { verb, number: number.value, only: request.directory });
}

async function runFor(
  base: Base,
  host: CodeHost,
  {
    verb,
    number,
    only,
    reviewed,
  }: {
    readonly verb: Verb;
    readonly number: number;
    readonly only: string | undefined;
    /** Commit that a comment names, '' for none; undefined for a command line. */
    readonly reviewed?: string;
  },
): Promise<Result<CommandResult, Refusal>> {
  if (verb === 'unlock') return unlock(base, number, only);
  const pull = await host.readPullRequest(number);
  if (!pull.ok) return pull;
  const context = { ...base, host, pull: pull.value };
  if (verb === 'plan' && pull.value.isFork && (base.env.NOVACRON_API_KEY ?? '') === '') {
    // Code hosts give pipelines of forks no secrets, and a token that cannot write.
    const line = 'Pipelines of forks get no key. After a review, comment: novacron plan';
    return ok({ lines: [line], failure: undefined });
  }
  const named = verb === 'plan' ? checkReviewed(pull.value, reviewed) : ok(undefined);
  if (!named.ok) return named;
  const done = await (verb === 'plan'
    ? planPullRequest(context, only)
    : applyPullRequest(context, only));
  if (done.ok || verb === 'apply') return done;
  const description = `Not planned: ${said(done.error.reason)}`;
  const { head } = pull.value;
  const published = await publishReport(host, pull.value, {
    report: { head, commit: head, note: `**${description}**`, directories: [] },
    status: { state: 'failure', description },
    key: base.env.NOVACRON_API_KEY ?? '',
  });
  return published.ok ? done : published;
}

/** What a person has reviewed of a fork is what is planned: its author may push meanwhile. */
function checkReviewed(
  { number, head, isFork }: PullRequest,
  reviewed: string | undefined,
): Result<void, Refusal> {
  if (reviewed === undefined || reviewed === head || (reviewed === '' && !isFork)) {
    return ok(undefined);
  }
  if (reviewed !== '') return refuse(`${reviewed} is not the head of pull request ${number}.`);
  return refuse(
    `Pull request ${number} is from a fork: name the whole id of the commit that you have ` +
      'reviewed, as in novacron plan COMMIT.',
  );
}

async function unlock(
  { root, env, signal }: Base,
  number: number,
  only: string | undefined,
): Promise<Result<CommandResult, Refusal>> {
  const freed = await unlockDirectories({ run: runIn(root, env, signal) }, { number, only });
  if (!freed.ok) return freed;
  const names = freed.value.join(', ');
  const line = names === '' ? 'Nothing was locked.' : `Unlocked: ${names}`;
  return ok({ lines: [line], failure: undefined });
}

const HELP = `Comments of people with write permission, in the first line:

- \`novacron plan\` plans the directories that this pull request affects; of a fork, add the id of
  the commit that you have reviewed.
- \`novacron apply\` applies what is planned, once the pull request is approved.
- \`novacron unlock\` frees the directories that this pull request has locked.

\`-d DIRECTORY\` selects one of them.
`;

/** Answers a comment. Others than commands, and those of other people, change nothing. */
async function answerComment(
  base: Base,
  { event }: Pick<PullRequestRequest, 'event'>,
): Promise<Result<CommandResult, Refusal>> {
  const nothing = (line: string) => ok({ lines: [line], failure: undefined });
  const comment = await readComment(base.io, base.env, event);
  if (!comment.ok) return comment;
  const command = readCommand(comment.value?.body ?? '');
  if (comment.value === undefined || command === undefined) {
    return nothing('The event is not a new comment with a command.');
  }
  const { number, user } = comment.value;
  const host = openCodeHost(base);
  if (!host.ok) return host;
  const may = await host.value.canWrite(user);
  if (!may.ok) return may;
  if (!may.value) return nothing(`${user} may not write to the repository: nothing was done.`);
  const { verb, only, reviewed } = command;
  const reply = (text: string) => host.value.createComment(number, text);
  if (verb === 'help') {
    const replied = await reply(HELP);
    return replied.ok ? nothing('Replied with help.') : replied;
  }
  const done = await runFor(base, host.value, { verb, number, only, reviewed });
  if (!done.ok) {
    const replied = await reply(`\`novacron ${verb}\`: ${said(done.error.reason)}\n`);
    return replied.ok ? done : replied;
  }
  if (verb !== 'unlock') return done;
  const replied = await reply(`${said(done.value.lines.join('; '))}\n`);
  return replied.ok ? done : replied;
}
