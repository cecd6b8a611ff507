/** The mistakes that the server finds in a rule while it is typed. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { toItem } from '../../api/queries.ts';
import type { Mistake } from '../../editor/mistake.ts';
import { usePaused } from '../../ui/use-paused.ts';

type Policy = OutputOf<'policy.get'>;

/** A pause in typing after which the server checks the text. Unit: milliseconds. */
const PAUSE_MS = 400;

/** The mistakes in a text: the server is asked after each pause in typing, without saving it. */
export function useMistakes(
  fields: { readonly name: string; readonly type: string; readonly rule: string },
  id: Policy['id'] | undefined,
) {
  const asked = usePaused(fields.rule, PAUSE_MS);
  const { name, type } = fields;
  const input =
    id === undefined
      ? { name: name || 'draft', type, enforcement_mode: 'audit', rule: asked }
      : { id, rule: asked };
  const query = useQuery({
    queryKey: ['admission.preview', 'policy', id, type, asked],
    queryFn: ({ signal }) =>
      call(
        'admission.preview',
        { operation: id === undefined ? 'policy.create' : 'policy.update', input },
        signal,
      ),
    retry: false,
  });
  const isCurrent = asked === fields.rule && query.data !== undefined;
  const mistakes = (query.data?.problems ?? []).flatMap(({ code, data }) =>
    code === 'rule-invalid' ? readMistakes(data?.mistakes) : [],
  );
  return { mistakes, isChecking: !isCurrent };
}

function readMistakes(value: unknown): readonly Mistake[] {
  if (!Array.isArray(value)) return [{ row: 1, column: 1, message: 'The rule is not valid Rego.' }];
  return value.map(toItem).map(({ row, column, message }) => ({
    row: Number(row),
    column: Number(column),
    message: String(message),
  }));
}
