/** Events: each once, in one gapless order, and of each operation its beginning before its end. */
import type { Books } from './books.ts';

/** An event as it was heard on the bus. */
export interface Heard {
  readonly position: number;
  readonly id: string;
}

const STEERED = /[.](retried|cancelled)$/;

/** Progress events, which may be reported any number of times. */
const PROGRESS = /[.]progress$/;

/** @returns a sentence for each event that is missing, doubled or out of order */
export function checkEvents({ events, operations }: Books, heard: readonly Heard[]): string[] {
  const inOrder = [...events].sort((left, right) => (left.position ?? 0) - (right.position ?? 0));
  const gaps = inOrder.flatMap(({ id, position }, index) =>
    position === index + 1 ? [] : [`${id} is at position ${position}, ${index + 1} is empty`],
  );
  const byPosition = new Map(inOrder.map(({ id, position }) => [position, id]));
  const liars = heard.flatMap(({ id, position }) => {
    const is = byPosition.get(position);
    return is === id ? [] : [`${id} was published at ${position}, which is ${is}`];
  });
  const typesOf = new Map<string, string[]>();
  for (const { type, data_json } of inOrder) {
    const id = String(JSON.parse(data_json).operation_id);
    typesOf.set(id, [...(typesOf.get(id) ?? []), type]);
  }
  const wrong = operations.flatMap(({ id, kind, status, definition_json }) => {
    const hasSteps = JSON.parse(definition_json).steps.length > 0;
    const reported = typesOf.get(id) ?? [];
    const [first, last] = [reported[0], reported.at(-1)];
    const isReported = last === `${kind}.${status}` && (!hasSteps || first === `${kind}.accepted`);
    // One that was tried again has several ends.
    const turns = reported.filter((type) => !PROGRESS.test(type));
    const isOnce =
      turns.length === (hasSteps ? 2 : 1) || reported.some((type) => STEERED.test(type));
    return isReported && isOnce ? [] : [`${id} (${kind}, ${status}) was reported as [${reported}]`];
  });
  return [...gaps, ...liars, ...wrong];
}
