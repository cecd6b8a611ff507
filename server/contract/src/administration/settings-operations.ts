/** The rows of the operations table about the configuration of the servers. */
import { z } from 'zod';
import { change, look } from '../operation/operation-shapes.ts';
import { ServerSettings, SettingsUpdate } from './server-settings.ts';

const ifRevision = z
  .int()
  .min(0)
  .optional()
  .describe('Refuses the change if the settings have another revision (If-Match)');

/** The rows by name. */
export const settingsOperations = {
  'settings.get': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Shows every server setting with its value and source.',
    rest: { method: 'GET', path: '/settings', status: 200 },
    input: z.strictObject({}),
    output: ServerSettings,
    problems: [],
  },
  'settings.update': {
    ...change,
    role: 'admin',
    scope: 'platform',
    summary: 'Changes settings of all servers while they run.',
    rest: { method: 'PATCH', path: '/settings', status: 200 },
    input: SettingsUpdate.extend({ if_revision: ifRevision }),
    output: z.looseObject({ resource: ServerSettings }),
    problems: ['policy-denied', 'revision-mismatch'],
  },
} as const;
