/** Changes one setting, or has the configured value count again. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { callByName } from '../../api/client.ts';
import { commandOf } from '../../export/command-line.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { CancelButton, Dialog, UnsentText } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { ProblemNotice } from '../../ui/states.tsx';

interface SettingDialogProps {
  readonly setting: OutputOf<'settings.get'>['settings'][number];
  /** Revision that the page read: a write based on an outdated revision is refused. */
  readonly revision: number;
  readonly onClose: () => void;
}

const NUMBER = /^\d+(?:[.]\d+)?$/;

/** Renders the dialog. */
export function SettingDialog({ setting, revision, onClose }: SettingDialogProps) {
  const client = useQueryClient();
  const { setting: name, value, configured, source, range } = setting;
  const [text, setText] = useState(String(value ?? ''));
  const [cause, setCause] = useState<unknown>();
  const field = name.replaceAll('-', '_');
  const send = async (wanted: string | number | null): Promise<void> => {
    setCause(undefined);
    try {
      await callByName('settings.update', { [field]: wanted, if_revision: revision });
      announce(`${name} is changed`);
      onClose();
    } catch (found) {
      setCause(found);
    }
    await client.invalidateQueries({ queryKey: ['settings.get'] });
  };
  // Durations have a unit; what is a number alone is one.
  const wanted = NUMBER.test(text.trim()) ? Number(text) : text.trim();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send(wanted);
  };
  return (
    <Dialog title={`Change ${name}`} onClose={onClose}>
      <UnsentText isUnsent={text !== String(value ?? '')} />
      <form className={layout.stack} onSubmit={submit} noValidate>
        <label className={layout.labelled}>
          Value, {range}
          <input value={text} onChange={({ target }) => setText(target.value)} />
        </label>
        {cause === undefined ? null : <ProblemNotice cause={cause} />}
        <div className={layout.actions}>
          <Button type="submit" look="primary">
            Change
          </Button>
          <Button
            onPress={() => void send(null)}
            disabledReason={
              source === 'stored' ? undefined : 'The value of the configuration applies.'
            }
          >
            Back to {String(configured)}
          </Button>
          <CancelButton onPress={onClose} />
        </div>
        <Equivalents command={commandOf('settings', 'settings.update', { [field]: wanted })} />
      </form>
    </Dialog>
  );
}
