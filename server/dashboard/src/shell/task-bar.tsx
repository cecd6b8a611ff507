/** The task bar: progress of the operations that the user has started. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiProblem } from '../api/api-problem.ts';
import { queryOf } from '../api/queries.ts';
import { announce } from '../ui/announce/announcer.tsx';
import { Button } from '../ui/button.tsx';
import { Meter } from '../ui/meter.tsx';
import { StatusMark } from '../ui/status-mark.tsx';
import styles from './shell.module.css';
import { dismissTask, type Task, useTasks } from './task-list.ts';

const REFRESH_MS = 1_000;
const FINAL = ['succeeded', 'failed', 'stuck'];
/** Statuses for an operation that no longer exists, or that the caller may no longer see. */
const GONE_STATUSES: readonly number[] = [403, 404];

/** Renders the bar; nothing while there are no tasks. */
export function TaskBar() {
  const tasks = useTasks();
  if (tasks.length === 0) return null;
  return (
    <section className={styles.tasks} aria-label="My operations">
      <ul className={styles.taskList}>
        {tasks.map((task) => (
          <TaskItem key={task.id} task={task} />
        ))}
      </ul>
    </section>
  );
}

function TaskItem({ task }: { readonly task: Task }) {
  const { id } = task;
  const { data, error } = useQuery({
    ...queryOf('operation.get', { id }),
    refetchInterval: ({ state }) =>
      FINAL.includes(state.data?.status ?? '') || isGone(state.error) ? false : REFRESH_MS,
  });
  const status = data?.status ?? 'running';
  const isOver = FINAL.includes(status);
  useEffect(() => {
    if (isOver) announce(`${task.title}: ${status}`);
  }, [isOver, status, task.title]);
  return (
    <li className={styles.task}>
      <Link to="/operations/$id" params={{ id: task.id }} className={styles.taskTitle}>
        {task.title}
      </Link>
      {isOver ? (
        <StatusMark status={status} noun="operation" />
      ) : isGone(error) ? (
        <StatusMark status="no longer visible to you" tone="none" />
      ) : (
        <Meter label={task.title} percent={data?.progress_percent ?? 0} kind="progress" />
      )}
      <Button look="quiet" label={`Dismiss ${task.title}`} onPress={() => dismissTask(task.id)}>
        <span aria-hidden="true">✕</span>
      </Button>
    </li>
  );
}

function isGone(cause: unknown): boolean {
  return cause instanceof ApiProblem && GONE_STATUSES.includes(cause.parts.status);
}
