/** The headings that the commands stand below in the help of the program. */
import type { Command } from 'commander';

/** Commands of a heading. */
interface Group {
  /** Those that most people need: each has a line in the help of the program. */
  readonly main?: string;
  /** Those that the short help only names. */
  readonly others?: string;
}

/** Commands by heading; a command that is missing stands below the last one. */
const GROUPS: Readonly<Record<string, Group>> = {
  Compute: {
    main: 'vm group',
    others: 'template ssh-key reservation placement placement-decision placement-preview',
  },
  'Networks and storage': { main: 'network security-group storage snapshot' },
  Policy: {
    main: 'policy',
    others:
      'orchestration-policy policy-author policy-data policy-decision policy-violation ' +
      'policy-waiver compliance',
  },
  Fleet: { main: 'status node', others: 'capacity optimizer orchestration' },
  Costs: { others: 'cost price-list budget' },
  'Health and scaling': {
    main: 'incident healing scaling',
    others: 'scaling-event autonomous-decision alert metric model',
  },
  Changes: { main: 'operation drift', others: 'event audit' },
  Automation: {
    main: 'workflow',
    others: 'runbook approval execution automation notification-channel gitops',
  },
  Access: {
    main: 'login',
    others: 'whoami api-key logout profile role secret tenant token session',
  },
  'All resources': { main: 'apply diff', others: 'describe edit export terraform-state' },
  Servers: { main: 'server admin', others: 'settings agent runner config backup restore' },
  Tools: {
    others: 'completion help simulate forecast anomaly argocd pull-request provider gitops-step',
  },
};

const OTHERS = 'Other commands';

/** The heading that a command of the program stands below; undefined for one without. */
function headingOf(name: string): string | undefined {
  return Object.keys(GROUPS).find((heading) => {
    const { main = '', others = '' } = GROUPS[heading] ?? {};
    return `${main} ${others}`.split(' ').includes(name);
  });
}

/** The commands of the program that have a line in its short help. */
export function mainCommands(program: Command): Command[] {
  const names = Object.values(GROUPS).flatMap(({ main }) => main?.split(' ') ?? []);
  return names.flatMap((name) => program.commands.find((command) => command.name() === name) ?? []);
}

/** The commands that the short help of the program only names. */
export function otherCommands(program: Command): readonly string[] {
  const listed = Object.values(GROUPS).flatMap(({ others }) => others?.split(' ') ?? []);
  const names = program.commands.map((command) => command.name());
  return listed.filter((name) => names.includes(name));
}

/** Puts the commands of the program below their headings, in their order. */
export function groupCommands(program: Command): void {
  program.commands
    .find((command) => command.name() === 'admin')
    ?.description('Administration: rare work on the servers themselves');
  for (const command of program.commands) {
    command.helpGroup(`${headingOf(command.name()) ?? OTHERS}:`);
  }
}
