/** Applies a recommendation: first what would happen, then the deed, or the request for a vote. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { commandOf } from '../../export/command-line.ts';
import { followOperation } from '../../shell/task-list.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { CancelButton, Dialog } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Notice, ProblemNotice, QueryState } from '../../ui/states.tsx';
import type { Recommendation } from './recommendation-words.ts';

type Followed = OutputOf<'optimizer.apply'>['resource'];

interface ApplyDialogProps {
  readonly recommendation: Recommendation;
  readonly onClose: () => void;
}

/** Renders the dialog. */
export function ApplyDialog({ recommendation, onClose }: ApplyDialogProps) {
  const { id, digest, title } = recommendation;
  // What is applied is what was shown when the dialog was opened.
  const [input] = useState({ id, digest });
  const client = useQueryClient();
  const [done, setDone] = useState<Followed>();
  const [cause, setCause] = useState<unknown>();
  const plan = useQuery({
    queryKey: ['optimizer.apply', input, 'plan'],
    queryFn: async () => (await call('optimizer.apply', { ...input, dry_run: true })).resource,
    staleTime: 0,
    retry: false,
  });
  const send = async (): Promise<void> => {
    setCause(undefined);
    try {
      const { resource } = await call('optimizer.apply', input);
      followOperation(resource);
      void client.invalidateQueries({ queryKey: ['optimizer.recommend'] });
      if (resource.outcome !== 'started') return setDone(resource);
      announce(`Apply ${title}: accepted`);
      onClose();
    } catch (found) {
      setCause(found);
    }
  };
  const latest = done ?? plan.data;
  const isRefused = latest?.outcome === 'refused';
  const isUnasked = latest?.outcome === 'needs_approval' && approvalOf(latest) === undefined;
  return (
    <Dialog title="Apply the recommendation" onClose={onClose}>
      <p dir="auto">{title}</p>
      <QueryState query={plan} what="the plan">
        {(planned) => <Outcome followed={done ?? planned} />}
      </QueryState>
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <div className={layout.actions}>
        <Button
          look="primary"
          onPress={() => void send()}
          disabledReason={isRefused ? 'It is refused: see the reason above.' : undefined}
        >
          {isUnasked ? 'Ask for a vote' : 'Apply'}
        </Button>
        <CancelButton onPress={onClose} />
      </div>
      <Equivalents command={commandOf('optimizer', 'optimizer.apply', input)} />
    </Dialog>
  );
}

/** The approval that was requested; undefined before. */
function approvalOf({ problem }: Followed): string | undefined {
  const id = problem?.data?.approval_id;
  return typeof id === 'string' ? id : undefined;
}

function Outcome({ followed }: { readonly followed: Followed }) {
  const { outcome, problem, recommendation } = followed;
  const approval = approvalOf(followed);
  if (problem === null) {
    const [action] = recommendation.actions;
    return (
      <p>
        It runs <code>{action?.operation}</code>.{' '}
        {action?.undo
          ? 'NovaCron measures the VM for a day, and takes the size back if it is used up.'
          : 'It cannot be taken back.'}
      </p>
    );
  }
  return (
    <Notice tone={outcome === 'refused' ? 'bad' : 'watch'} title={problem.detail}>
      <p>{problem.remedy}</p>
      {approval === undefined ? null : (
        <p>
          <Link to={`/approvals/${approval}`}>Open the approval</Link>
        </p>
      )}
    </Notice>
  );
}
