/** Previews a write on the server after each pause in typing. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { callByName } from '../../api/client.ts';
import { type Item, toItem, toItems } from '../../api/queries.ts';
import type { Mistake } from '../../editor/mistake.ts';
import { usePaused } from '../../ui/use-paused.ts';

/** A pause in typing after which the server is asked. Unit: milliseconds. */
const PAUSE_MS = 350;

/** An answer, or why there is none. */
export interface Admission {
  readonly preview: Item | undefined;
  readonly error: unknown;
}

/** Asks about an input, unless it is known to be wrong. */
export function useAdmission(
  operation: string,
  input: Item,
  when: 'complete' | 'never',
): Admission {
  const asked = usePaused(JSON.stringify(input), PAUSE_MS);
  const { data, error } = useQuery({
    queryKey: ['admission.preview', operation, asked],
    queryFn: async ({ signal }) =>
      toItem(
        await callByName('admission.preview', { operation, input: JSON.parse(asked) }, signal),
      ),
    enabled: when === 'complete',
    retry: false,
    placeholderData: keepPreviousData,
  });
  return { preview: data, error };
}

/** Returns the errors of an input's fields from the answer. */
export function wrongFieldsOf({ preview }: Admission): readonly Item[] {
  const problems = toItems(preview?.problems);
  return problems.flatMap(({ errors }) => toItems(errors));
}

/** The mistakes in the text of a field, of those that have their line and column. */
export function mistakesIn(field: string, wrong: readonly Item[]): readonly Mistake[] {
  return wrong
    .filter(({ path }) => Array.isArray(path) && path[0] === field)
    .flatMap(({ message }) => {
      const found = /^line (\d+), column (\d+): (.*)$/s.exec(String(message));
      if (found === null) return [];
      const [, row, column, words = ''] = found;
      return [{ row: Number(row), column: Number(column), message: words }];
    });
}
