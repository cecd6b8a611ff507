/** `novacron api-key create` with its name as an argument, and past the server. */
import type { Command } from 'commander';
import {
  type BreakGlassFlags,
  breakGlassOptions,
  type LocalPlace,
  localPlace,
  refuseLocalFlags,
} from '../../arguments/break-glass-flags.ts';
import { commandOf, type TableCommand } from '../../arguments/command-table.ts';
import type { GivenWords } from '../../arguments/read-input.ts';

/** The key to create in the store of this machine. */
export interface EmergencyKeyWords extends LocalPlace {
  readonly name: string | undefined;
  readonly role: string | undefined;
  /** Id or name of its tenant. */
  readonly tenant: string | undefined;
}

/** Actions of the parsed command. */
export interface EmergencyKeyActions {
  readonly runTable: (command: TableCommand, given: GivenWords) => Promise<void>;
  readonly createEmergencyKey: (words: EmergencyKeyWords) => Promise<void>;
}

interface Flags extends BreakGlassFlags {
  readonly role?: string;
  readonly tenant?: string;
  readonly expiresInHours?: number;
}

/** @param create - the command that the operations table made */
export function addEmergencyKey(create: Command, actions: EmergencyKeyActions): void {
  for (const option of breakGlassOptions('Create')) create.addOption(option);
  create
    .addHelpText(
      'after',
      '  $ novacron api-key create rescue --role admin --break-glass \\\n' +
        '      --data-dir /var/lib/novacron\n' +
        '  $ novacron api-key create rescue --role admin --break-glass --tenant research \\\n' +
        '      --store postgres://novacron@db/novacron --data-dir /var/lib/novacron',
    )
    .action((name: string | undefined, flags: Flags) => {
      if (flags.breakGlass === true) {
        refuseExpiry(create, flags);
        const { role, tenant } = flags;
        return actions.createEmergencyKey({ name, role, tenant, ...localPlace(flags) });
      }
      refuseLocalFlags(create, flags);
      const given = { argument: name, options: create.opts() };
      return actions.runTable(commandOf('api_key.create'), given);
    });
}

/** A key that expires would leave the same trouble behind. */
function refuseExpiry(create: Command, { expiresInHours }: Flags): void {
  if (expiresInHours === undefined) return;
  create.error("error: option '--expires-in-hours' cannot be used with '--break-glass'");
}
