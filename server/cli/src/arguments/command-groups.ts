/** The headings that the commands stand below in the help of the program. */
import type { Command } from 'commander';

/** Commands by heading; a command that is missing stands below the last one. */
const GROUPS: Readonly<Record<string, string>> = {
  Compute:
    'vm group vm-batch template ssh-key reservation placement placement-decision placement-preview',
  Networking: 'network security-group',
  Storage: 'storage snapshot',
  Policy:
    'policy policy-author policy-data policy-decision policy-signing-key policy-violation ' +
    'policy-waiver orchestration-policy',
  Fleet:
    'status node capacity optimizer orchestration scaling scaling-event enrollment bus ' +
    'control-plane',
  Operations: 'alert incident healing metric operation event audit drift reconciler',
  Automation: 'workflow runbook execution automation approval notification-channel',
  Access:
    'whoami login logout profile api-key role secret tenant token session signing-key sealing-key',
  'All resources': 'describe apply diff edit',
  'Servers and agents': 'server agent runner config settings backup restore',
  Tools: 'export simulate forecast anomaly provider completion help',
};

const OTHERS = 'Other commands';

/** The heading that a command of the program stands below; undefined for one without. */
function headingOf(name: string): string | undefined {
  return Object.keys(GROUPS).find((heading) => GROUPS[heading]?.split(' ').includes(name));
}

/** Puts the commands of the program below their headings, in their order. */
export function groupCommands(program: Command): void {
  for (const command of program.commands) {
    command.helpGroup(`${headingOf(command.name()) ?? OTHERS}:`);
  }
}
