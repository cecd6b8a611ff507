/** Reverts, adopts or mutes the drift of a resource: first what would happen, then the deed. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { commandOf } from '../../export/command-line.ts';
import { followOperation } from '../../shell/task-list.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { CancelButton, Dialog, UnsentText } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Notice, ProblemNotice, QueryState } from '../../ui/states.tsx';
import { labelOf } from '../../ui/words.ts';
import styles from './drift.module.css';

/** Remedy for drift. */
export type Remedy = 'revert' | 'adopt' | 'ignore';

const WORDS: Readonly<Record<Remedy, string>> = {
  revert: 'Restores the values that were applied.',
  adopt: 'Makes the current values the baseline. The configuration has to follow.',
  ignore: 'Mutes the drift until a time; nothing is changed.',
};

/** Another person has to vote first. */
const REQUESTED = 'approval requested';

/** Default time for which drift is muted. */
const UNTIL = '7d';

interface RemedyDialogProps {
  readonly action: Remedy;
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** Renders the dialog. */
export function RemedyDialog({ action, id, name, onClose }: RemedyDialogProps) {
  const client = useQueryClient();
  const [until, setUntil] = useState(UNTIL);
  const [reason, setReason] = useState('');
  const [cause, setCause] = useState<unknown>();
  const muted = action === 'ignore' ? { until, reason: reason || 'not stated' } : {};
  const input = { action, ids: [id], ...muted };
  const plan = useQuery({
    queryKey: ['drift.remediate', action, id, 'plan'],
    queryFn: () => call('drift.remediate', Object.assign({ dry_run: true }, input)),
    staleTime: 0,
    retry: false,
  });
  const isExplained = action !== 'ignore' || reason.trim() !== '';
  const send = async (): Promise<void> => {
    setCause(undefined);
    try {
      const { remediated } = await call('drift.remediate', input);
      for (const each of remediated) followOperation(each);
      const isRequested = remediated.some(({ outcome }) => outcome === 'needs-approval');
      announce(`${labelOf(action)} drift of ${name}: ${isRequested ? REQUESTED : 'accepted'}`);
      await client.invalidateQueries({ queryKey: ['drift.report'] });
      onClose();
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <Dialog title={`${labelOf(action)} drift of ${name}`} onClose={onClose}>
      <UnsentText isUnsent={reason !== '' || until !== UNTIL} />
      <p>{WORDS[action]}</p>
      <QueryState query={plan} what="the plan">
        {({ remediated }) => (
          <>
            {remediated.map(({ resource_id: each, problem, hcl }) => (
              <div key={each} className={styles.card}>
                {problem === null ? null : (
                  <Notice tone="watch" title={problem.detail}>
                    <p>{problem.remedy}</p>
                  </Notice>
                )}
                {hcl.length === 0 || action !== 'adopt' ? null : (
                  <Equivalents hcl={hcl.join('\n')} />
                )}
              </div>
            ))}
          </>
        )}
      </QueryState>
      {action === 'ignore' ? (
        <>
          <label className={layout.labelled}>
            Until (a duration from now, or a time)
            <input value={until} onChange={({ target }) => setUntil(target.value)} />
          </label>
          <label className={layout.labelled}>
            Reason
            <input value={reason} onChange={({ target }) => setReason(target.value)} dir="auto" />
          </label>
        </>
      ) : null}
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <div className={layout.actions}>
        <Button
          look="primary"
          onPress={() => void send()}
          disabledReason={isExplained ? undefined : 'State the reason first.'}
        >
          {labelOf(action)}
        </Button>
        <CancelButton onPress={onClose} />
      </div>
      {/* Without a terminal the command only plans, unless it is given --yes. */}
      <Equivalents
        command={commandOf('drift', 'drift.remediate', Object.assign({ yes: true }, input))}
      />
    </Dialog>
  );
}
