/** Holds the size of a group, with a reason and an end, or releases it. */
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import { commandOf } from '../../export/command-line.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { CancelButton, Dialog, UnsentText } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { ProblemNotice } from '../../ui/states.tsx';
import { labelOf } from '../../ui/words.ts';

/** Default time for which a size is held. */
const UNTIL = '1h';

interface HoldDialogProps {
  readonly action: 'hold' | 'release';
  /** Id of the group, whose name is `name`. */
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** Renders the dialog. */
export function HoldDialog({ action, id, name, onClose }: HoldDialogProps) {
  const client = useQueryClient();
  const [until, setUntil] = useState(UNTIL);
  const [reason, setReason] = useState('');
  const [cause, setCause] = useState<unknown>();
  const isHold = action === 'hold';
  const isExplained = !isHold || reason.trim() !== '';
  const input = isHold ? { id, reason, until } : { id };
  const send = async (): Promise<void> => {
    setCause(undefined);
    try {
      if (isHold) await call('scaling.hold', { id, reason, until });
      else await call('scaling.release', { id });
      announce(isHold ? `The size of ${name} is held` : `The size of ${name} is released`);
      await client.invalidateQueries({ queryKey: ['vm_group.explain'] });
      await client.invalidateQueries({ queryKey: ['scaling.status'] });
      onClose();
    } catch (found) {
      setCause(found);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isExplained) void send();
  };
  return (
    <Dialog title={`${labelOf(action)} the size of ${name}`} onClose={onClose}>
      <UnsentText isUnsent={reason !== '' || until !== UNTIL} />
      <form className={layout.stack} onSubmit={submit} noValidate>
        <p>
          {isHold
            ? 'Leaves the size as it is until then. Rules and schedules are still shown.'
            : 'Lets rules and schedules change the size again.'}
        </p>
        {isHold ? (
          <>
            <label className={layout.labelled}>
              Reason
              <input value={reason} onChange={({ target }) => setReason(target.value)} dir="auto" />
            </label>
            <label className={layout.labelled}>
              Until (a duration from now, or a time)
              <input value={until} onChange={({ target }) => setUntil(target.value)} />
            </label>
          </>
        ) : null}
        {cause === undefined ? null : <ProblemNotice cause={cause} />}
        <div className={layout.actions}>
          <Button
            type="submit"
            look="primary"
            disabledReason={isExplained ? undefined : 'State the reason first.'}
          >
            {labelOf(action)}
          </Button>
          <CancelButton onPress={onClose} />
        </div>
        <Equivalents command={commandOf('scaling', `scaling.${action}`, input)} />
      </form>
    </Dialog>
  );
}
