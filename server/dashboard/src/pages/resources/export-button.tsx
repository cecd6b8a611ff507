/** Exports all rows that match as CSV, also those that were not scrolled to. */
import { useState } from 'react';
import { type Item, readPage } from '../../api/queries.ts';
import { toCsv } from '../../export/csv.ts';
import { download } from '../../export/download.ts';
import { readAllRows } from '../../export/read-all.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/states.tsx';
import { countOf } from '../../ui/words.ts';

/** Rows of one answer: the most that the server sends. */
const PAGE_SIZE = 1_000;

interface ExportButtonProps {
  readonly noun: string;
  /** The operation that lists them. */
  readonly operation: string;
  /** Filters and sort order of the list. */
  readonly request: Item;
  readonly columns: readonly string[];
  readonly isWhole: boolean | undefined;
  readonly isEmpty: boolean;
}

/** Renders the button, and how far the export is. */
export function ExportButton(props: ExportButtonProps) {
  const { noun, operation, request, columns, isWhole, isEmpty } = props;
  const [words, setWords] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [cause, setCause] = useState<unknown>();
  const run = async (): Promise<void> => {
    setBusy(true);
    setCause(undefined);
    try {
      const limit = isWhole ? undefined : PAGE_SIZE;
      const { rows, isCut } = await readAllRows(
        (cursor) => readPage(operation, Object.assign({}, request, { limit, cursor })),
        (count) => setWords(`${countOf(count, 'row')} read`),
      );
      download(`${noun}.csv`, toCsv(columns, rows), 'text/csv');
      const said = isCut
        ? `The first ${countOf(rows.length, 'row')} exported; there are more`
        : `${countOf(rows.length, 'row')} exported`;
      setWords(said);
      announce(said);
    } catch (found) {
      setCause(found);
      setWords('');
    }
    setBusy(false);
  };
  return (
    <>
      {words === '' ? null : <span>{words}</span>}
      <Button
        onPress={() => {
          if (!isBusy) void run();
        }}
        disabledReason={isEmpty ? 'There are no rows to export.' : undefined}
      >
        {isBusy ? 'Exporting…' : 'Export CSV'}
      </Button>
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
    </>
  );
}
