/** The operations that this user has started on this page: the task bar follows them. */
import { useSyncExternalStore } from 'react';

/** Maximum number of tasks in the bar. */
const TASKS_MAX = 8;

/** A started operation. */
export interface Task {
  readonly id: string;
  /** `vm.create web-01`. */
  readonly title: string;
}

let tasks: readonly Task[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Task[]): void {
  tasks = next;
  for (const listener of listeners) listener();
}

/** Adds the operation that an answer carries, if it carries one. */
export function followOperation(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null || !('operation' in answer)) return;
  const { operation } = answer;
  if (typeof operation !== 'object' || operation === null) return;
  const fields = new Map<string, unknown>(Object.entries(operation));
  const id = fields.get('id');
  if (typeof id !== 'string' || tasks.some((task) => task.id === id)) return;
  const title = `${String(fields.get('kind'))} ${String(fields.get('target_name'))}`;
  change([{ id, title }, ...tasks].slice(0, TASKS_MAX));
}

/** Removes one from the bar; the operation goes on. */
export function dismissTask(id: string): void {
  change(tasks.filter((task) => task.id !== id));
}

/** The tasks, newest first. */
export function useTasks(): readonly Task[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => tasks,
  );
}
