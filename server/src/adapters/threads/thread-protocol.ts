/** What a task thread is asked and answers. Plain data: it crosses a thread boundary. */

/** What the thread is asked. */
export interface ThreadRequest<Task> {
  readonly id: number;
  readonly task: Task;
}

/** What it answers, to the request of the same id. */
export interface ThreadReply<Answer> {
  readonly id: number;
  readonly outcome:
    | { readonly kind: 'done'; readonly answer: Answer }
    | { readonly kind: 'failed'; readonly why: string };
}
