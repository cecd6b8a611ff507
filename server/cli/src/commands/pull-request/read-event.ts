/** The event that started a pipeline: which pull request, and which comment. */
import { ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { messageOf } from '../../io/message-of.ts';
import { type Refusal, refuse } from '../gitops/step/refusal.ts';

/** A comment on a pull request. */
export interface CommentEvent {
  readonly number: number;
  /** Name of the user who wrote it. */
  readonly user: string;
  readonly body: string;
}

/** Events of GitHub and Forgejo; the latter says `is_pull` besides. */
const GithubEvent = z.looseObject({
  action: z.string().optional(),
  pull_request: z.looseObject({ number: z.int() }).nullish(),
  is_pull: z.boolean().optional(),
  issue: z.looseObject({ number: z.int(), pull_request: z.unknown().optional() }).optional(),
  comment: z
    .looseObject({ body: z.string(), user: z.looseObject({ login: z.string() }) })
    .optional(),
});

/** A webhook of GitLab about a comment. */
const GitlabEvent = z.looseObject({
  object_kind: z.literal('note'),
  user: z.looseObject({ username: z.string() }),
  object_attributes: z.looseObject({ note: z.string(), action: z.string().optional() }),
  merge_request: z.looseObject({ iid: z.int() }).optional(),
});

/** Longest event. Unit: characters. */
const EVENT_LENGTH_MAX = 8 * 2 ** 20;

/** Finds the number of the pull request. @param given - by a flag */
export async function readNumber(
  io: Pick<CliIo, 'readText'>,
  env: Environment,
  given: { readonly number?: number | undefined; readonly event?: string | undefined },
): Promise<Result<number, Refusal>> {
  if (given.number !== undefined) return ok(given.number);
  const { CI_MERGE_REQUEST_IID: iid } = env;
  if (iid !== undefined && /^[1-9]\d{0,8}$/.test(iid)) return ok(Number(iid));
  const event = await readJson(io, env, given.event);
  if (!event.ok) return event;
  const github = GithubEvent.safeParse(event.value);
  const number = github.data?.pull_request?.number ?? github.data?.issue?.number;
  const gitlab = GitlabEvent.safeParse(event.value);
  const found = gitlab.data?.merge_request?.iid ?? number;
  return found === undefined
    ? refuse('The event is not about a pull request. Name one with --number.')
    : ok(found);
}

/** Reads a new comment; undefined for another event. */
export async function readComment(
  io: Pick<CliIo, 'readText'>,
  env: Environment,
  file: string | undefined,
): Promise<Result<CommentEvent | undefined, Refusal>> {
  const event = await readJson(io, env, file);
  if (!event.ok) return event;
  const gitlab = GitlabEvent.safeParse(event.value);
  if (gitlab.success) {
    const { merge_request: request, user, object_attributes: note } = gitlab.data;
    if (request === undefined || (note.action ?? 'create') !== 'create') return ok(undefined);
    return ok({ number: request.iid, user: user.username, body: note.note });
  }
  const github = GithubEvent.safeParse(event.value);
  const { action, issue, comment, is_pull: isPull } = github.data ?? {};
  if (action !== 'created' || issue === undefined || comment === undefined) return ok(undefined);
  if (issue.pull_request == null && isPull !== true) return ok(undefined);
  return ok({ number: issue.number, user: comment.user.login, body: comment.body });
}

async function readJson(
  io: Pick<CliIo, 'readText'>,
  env: Environment,
  given: string | undefined,
): Promise<Result<unknown, Refusal>> {
  const file = given ?? env.TRIGGER_PAYLOAD ?? env.GITHUB_EVENT_PATH ?? '';
  if (file === '') return refuse('There is no event. Name its file with --event, or use --number.');
  try {
    const text = await io.readText(file);
    if (text.length > EVENT_LENGTH_MAX) return refuse(`The event in ${file} is too large.`);
    return ok(JSON.parse(text));
  } catch (cause) {
    return refuse(`The event in ${file} cannot be read: ${messageOf(cause)}`);
  }
}

/** A command in a comment. */
export interface CommentCommand {
  readonly verb: 'plan' | 'apply' | 'unlock' | 'help';
  /** Name of a directory. */
  readonly only: string | undefined;
  /** Whole id of the commit to plan; empty for none. */
  readonly reviewed: string;
}

/** Longest command. Unit: characters. */
const COMMAND_LENGTH_MAX = 400;

const VERB = String.raw`(?:plan(?:\s+([0-9a-f]{40}|[0-9a-f]{64}))?|(apply|unlock))`;
const COMMAND = new RegExp(String.raw`^novacron\s+${VERB}(?:\s+(?:-d|--directory)\s+(\S.*))?$`);

/**
 * Reads the first line of a comment.
 * @returns `help` for a command that does not exist; undefined for other texts
 */
export function readCommand(body: string): CommentCommand | undefined {
  const line = (body.split('\n')[0] ?? '').trim();
  if (!/^novacron(\s|$)/.test(line)) return undefined;
  const found = line.length > COMMAND_LENGTH_MAX ? null : COMMAND.exec(line);
  if (found === null) return { verb: 'help', only: undefined, reviewed: '' };
  const [, reviewed = '', verb, only] = found;
  if (verb === 'apply' || verb === 'unlock') return { verb, only, reviewed };
  return { verb: 'plan', only, reviewed };
}
