/** The button that saves the report of an execution. */
import { useState } from 'react';
import { callByName } from '../../api/client.ts';
import { toItem } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { download } from '../../export/download.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/states.tsx';

/** Saves the report as a page that people can send on. */
export function ReportButton({ executionId }: { readonly executionId: string }) {
  const refusalOf = useRefusals();
  const [cause, setCause] = useState<unknown>();
  const save = async (): Promise<void> => {
    setCause(undefined);
    try {
      const report = toItem(
        await callByName('execution.report', { id: executionId, format: 'html' }),
      );
      download(`${executionId}.html`, String(report.text), 'text/html');
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <p>
      <Button onPress={() => void save()} disabledReason={refusalOf('execution.report')}>
        Download report
      </Button>
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
    </p>
  );
}
