/** The command that shows what a draft of a policy would change: `policy preview`. */
import { EnforcementMode } from '@novacron/contract/admission/policy-verdict';
import { PreviewEffect, PreviewSource } from '@novacron/contract/kinds/policy/policy-preview';
import { type Command, Option } from 'commander';
import { parseCount, repeatedChoice } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import type { PreviewRequest } from './preview-draft.ts';

/** Adds it to the group `policy`. */
export function addPreviewCommand(group: Command, { online, progress }: CommandContext): void {
  group
    .command('preview')
    .description(
      'Shows who would newly be refused or allowed if a policy decided: existing resources, open ' +
        'plans and recorded decisions. Changes nothing.',
    )
    .argument('[draft]', 'File of a policy (.rego, .tar.gz, a path with /), or a stored policy')
    .option(
      '--data <path=file>',
      'Data document as it would be, JSON or YAML; alone, all policies that read it are judged',
      addText,
      [],
    )
    .addOption(
      new Option('--enforcement-mode <mode>', 'Mode of the draft instead of its own').choices(
        EnforcementMode.options,
      ),
    )
    .addOption(
      new Option('--days <days>', 'Age of the oldest decisions and plans')
        .argParser(parseCount)
        .default(30),
    )
    .addOption(
      repeatedChoice(
        '--source <source>',
        'Requests to evaluate the draft against (default: all)',
        PreviewSource.options,
      ),
    )
    .addOption(
      new Option('--fail-on <effect>', 'Exit with 1 if there is such a change').choices(
        PreviewEffect.options.map((effect) => effect.replace('_', '-')),
      ),
    )
    .addHelpText('after', HELP)
    .action(async (draft: string | undefined, flags: Flags) => {
      const { previewDraft } = await import('./preview-draft.ts');
      const { source, failOn, ...others } = flags;
      const effect = PreviewEffect.options.find((each) => each.replace('_', '-') === failOn);
      const request = { draft, sources: source, failOn: effect, ...others };
      await online((session) => previewDraft(session, request, progress()));
    });
}

type Flags = Omit<PreviewRequest, 'draft' | 'sources' | 'failOn'> & {
  readonly source?: PreviewSource[];
  readonly failOn?: string;
};

const HELP = `
A draft is compared with all policies of today: a write that another policy refuses anyhow is not
listed. A stored policy is judged as if it were enabled, and a document with each enabled policy
that reads it, one after another.

Examples:
  $ novacron policy preview policies/small/policy.rego --fail-on newly-refused
  $ novacron policy preview --data limits.teams=teams.yaml`;

function addText(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
