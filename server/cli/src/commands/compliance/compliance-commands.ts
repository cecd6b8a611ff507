/** The commands of `compliance`: those of the operations table, with more formats, and its own. */
import { type Command, Option } from 'commander';
import { commandOf } from '../../arguments/command-table.ts';
import { exampleText } from '../../arguments/example-text.ts';
import { optionsOfFlags } from '../../arguments/flag-options.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { ReportFormat } from './show-report.ts';
import type { VerifyOptions } from './verify-bundle.ts';

const FORMATS: readonly ReportFormat[] = ['md', 'json', 'csv', 'html', 'oscal', 'hdf', 'ocsf'];

/** Flags of `compliance.evidence` that turn pages. */
const PAGE_FLAGS: ReadonlySet<string> = new Set(['after', 'limit']);

interface ReportFlags {
  readonly format?: ReportFormat;
}

/** Adds them to the group `compliance`. */
export function addComplianceCommands(group: Command, context: CommandContext): void {
  const report = group.commands.find((command) => command.name() === 'report');
  report
    ?.addOption(new Option('--format <format>', 'Write the report in this format').choices(FORMATS))
    .action(async ({ format, ...options }: ReportFlags) => {
      const { showReport } = await import('./show-report.ts');
      const given = { argument: undefined, options };
      await context.online((session) => showReport(session, given, format));
    });
  const scan = group.commands.find((command) => command.name() === 'scan');
  scan
    ?.description('Scans everything now, and waits until the scan has ended.')
    .action(async () => {
      const { awaitScan } = await import('./await-scan.ts');
      await context.online(awaitScan);
    });
  addEvidence(group, context);
  addVerify(group, context);
}

interface EvidenceFlags {
  readonly outputFile?: string;
}

function addEvidence(group: Command, { online, words }: CommandContext): void {
  const command = group
    .command('evidence')
    .description('Exports the evidence of a standard as a signed bundle, one record a line.')
    .option('-O, --output-file <file>', 'File to write; default: standard output');
  if (words[0] === 'compliance') {
    const { flags } = commandOf('compliance.evidence');
    const own = flags.filter(({ flag }) => !PAGE_FLAGS.has(flag));
    for (const option of optionsOfFlags(own, 'evidence')) command.addOption(option);
  }
  command
    .addHelpText('after', exampleText('compliance evidence --standard pci-dss -O evidence.ndjson'))
    .action(async ({ outputFile, ...options }: EvidenceFlags) => {
      const { exportEvidence } = await import('./export-evidence.ts');
      const given = { argument: undefined, options };
      await online((session) => exportEvidence(session, given, outputFile));
    });
}

function addVerify(group: Command, { io, finish }: CommandContext): void {
  group
    .command('verify')
    .description('Verifies a bundle of evidence without a server, and names what was changed.')
    .argument('<bundle>', 'File of `novacron compliance evidence` (- for standard input)')
    .option('--key <key>', 'Public key that has to have signed it, ed25519:…')
    .option('--anchor <file>', 'Ends of the evidence that were kept elsewhere, one a line')
    .addHelpText('after', exampleText('compliance verify evidence.ndjson'))
    .action(async (bundle: string, options: VerifyOptions) => {
      const { verifyBundle } = await import('./verify-bundle.ts');
      finish(await verifyBundle(io, bundle, options));
    });
}
