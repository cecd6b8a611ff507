/** The port to a code host: GitHub, Forgejo or GitLab. */
import type { Result } from '@novacron/contract/result';
import type { Refusal } from '../../gitops/step/refusal.ts';

/** A pull request, as its host has it now. */
export interface PullRequest {
  readonly number: number;
  readonly isOpen: boolean;
  /** Whole id of its last commit. */
  readonly head: string;
  /** Branch that it changes. */
  readonly target: string;
  readonly isFork: boolean;
  /** Why it cannot be merged; undefined: it can. */
  readonly obstacle: string | undefined;
}

/** A comment that the user of the token has written. */
export interface OwnComment {
  readonly id: number;
  readonly body: string;
}

/** State of a commit; `pending` waits for a person or another pull request. */
export interface CommitStatus {
  readonly state: 'pending' | 'success' | 'failure';
  readonly description: string;
}

type Answer<T> = Promise<Result<T, Refusal>>;

/** A code host, in one repository. Refused: what it refuses, in words. */
export interface CodeHost {
  /** Hides keys and tokens in a text. All that is written is masked. */
  readonly mask: (text: string) => string;
  /** Longest comment. Unit: characters. */
  readonly commentLengthMax: number;
  readonly readPullRequest: (number: number) => Answer<PullRequest>;
  /** Whether a pull request is open; one that does not exist any more is not. */
  readonly isOpen: (number: number) => Answer<boolean>;
  /** Whether a person who may write, and is not the author, approves the last commit. */
  readonly isApproved: (pull: PullRequest) => Answer<boolean>;
  /** Whether a user may push to the repository. @param user - name of the user */
  readonly canWrite: (user: string) => Answer<boolean>;
  /** Comments of the token's own user that contain a text, the oldest first. */
  readonly listOwnComments: (number: number, text: string) => Answer<readonly OwnComment[]>;
  readonly createComment: (number: number, body: string) => Answer<OwnComment>;
  readonly updateComment: (number: number, comment: OwnComment) => Answer<unknown>;
  readonly deleteComment: (number: number, id: number) => Answer<unknown>;
  readonly setStatus: (head: string, status: CommitStatus) => Answer<unknown>;
}

/** Name of the commit status. */
export const STATUS_NAME = 'novacron';

/** Longest description of a status; GitHub refuses longer ones. Unit: characters. */
export const STATUS_LENGTH_MAX = 140;
