/** Requests and replies of a task thread. Plain data: it crosses a thread boundary. */

/** Request to a task thread. */
export interface ThreadRequest<Task> {
  readonly id: number;
  readonly task: Task;
}

/** Reply to the request with the same id. */
export interface ThreadReply<Answer> {
  readonly id: number;
  readonly outcome:
    | { readonly kind: 'done'; readonly answer: Answer }
    | { readonly kind: 'failed'; readonly why: string };
}
