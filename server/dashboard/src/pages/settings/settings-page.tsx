/** The configuration of the servers as it counts, and what can be changed while they run. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { Table } from '../../ui/table/table.tsx';
import { SettingDialog } from './setting-dialog.tsx';

type Setting = OutputOf<'settings.get'>['settings'][number];

const INTRO =
  'What the servers work by, and where each value comes from. ' +
  'Changes take effect on all servers within seconds.';

/** Renders the page. */
export function SettingsPage() {
  const query = useQuery(queryOf('settings.get', {}));
  const [open, setOpen] = useState<Setting>();
  const refusal = useRefusals()('settings.update');
  return (
    <Page title="Settings" intro={INTRO}>
      <QueryState query={query} what="settings">
        {({ revision, settings }) => (
          <>
            <Panel title="Changed while the servers run" body="flush">
              <Table heads={['Setting', 'Value', 'Configured', 'Range', 'Change']} look="flush">
                {settings.filter(isChangeable).map((setting) => (
                  <tr key={setting.setting}>
                    <th scope="row">{setting.setting}</th>
                    <td>{written(setting.value)}</td>
                    <td>
                      {written(setting.configured)}
                      {setting.source === 'stored' ? ' (replaced)' : ` (${setting.source})`}
                    </td>
                    <td>{setting.range}</td>
                    <td className={layout.actions}>
                      <Button
                        label={`Change ${setting.setting}`}
                        onPress={() => setOpen(setting)}
                        disabledReason={refusal}
                      >
                        Change
                      </Button>
                    </td>
                  </tr>
                ))}
              </Table>
            </Panel>
            <Panel title="Read at the start of a server" body="flush">
              <Table heads={['Setting', 'Value', 'Source', 'Why not here']} look="flush">
                {settings
                  .filter((setting) => !isChangeable(setting))
                  .map(({ setting, value, source, reason }) => (
                    <tr key={setting}>
                      <th scope="row">{setting}</th>
                      <td>{written(value)}</td>
                      <td>{source}</td>
                      <td>{reason}</td>
                    </tr>
                  ))}
              </Table>
            </Panel>
            {open === undefined ? null : (
              <SettingDialog
                setting={open}
                revision={revision}
                onClose={() => setOpen(undefined)}
              />
            )}
          </>
        )}
      </QueryState>
    </Page>
  );
}

function isChangeable({ changeable }: Setting): boolean {
  return changeable;
}

function written(value: Setting['value']): string {
  return value === null || value === undefined ? 'not set' : String(value);
}
