/** Warns in the plan about changes that restart or replace a resource or delete its data. */
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { warnWithinLimit } from './warn-within-limit.ts';

/** The disruptive effects of a change; a live change has none. */
export type DisruptiveEffect = 'restart' | 'reimage' | 'replace' | 'data-loss';

/** A changed field and the effect of its change. */
export interface FieldEffect {
  readonly name: string;
  readonly effect: DisruptiveEffect;
}

const SUMMARIES: Readonly<Record<DisruptiveEffect, string>> = {
  restart: 'Restart: update',
  reimage: 'Data loss: re-image',
  replace: 'Replaces: replace',
  'data-loss': 'Data loss: replace',
};

/** Ordered by severity; the worst one of a resource is reported. */
const EFFECTS: readonly DisruptiveEffect[] = ['restart', 'reimage', 'replace', 'data-loss'];

/**
 * Emits one warning per resource, about the worst effect of its change.
 * @param change.number - returns how many resources of this run are affected, including this one
 * @param change.warningsMax - maximum number of individual warnings; the rest share a summary
 */
export function warnDisruption(
  diagnostics: Diagnostics,
  change: {
    readonly label: string;
    readonly kind: ResourceKind;
    readonly effects: readonly FieldEffect[];
    readonly number: () => number;
    readonly warningsMax: number;
  },
): void {
  const { label, kind, effects, warningsMax } = change;
  const worst = EFFECTS.findLast((effect) => effects.some((each) => each.effect === effect));
  const names = effects.filter(({ effect }) => effect === worst).map(({ name }) => name);
  const [first] = names;
  if (worst === undefined || first === undefined) return;
  const summary = `${SUMMARIES[worst]} ${label}`;
  warnWithinLimit(diagnostics, {
    number: change.number(),
    warningsMax,
    own: { summary, detail: describe(worst, names, kind), path: [first] },
    rest: {
      summary: `This plan restarts or replaces more than ${warningsMax} resources`,
      detail:
        'The others are not listed here. The plan marks replacements, and ' +
        '`terraform show -json` of a saved plan names every change.',
    },
  });
}

/** Warns about unknown values that may turn out to require a replacement. */
export function warnPossibleReplacements(
  diagnostics: Diagnostics,
  { label, names }: { readonly label: string; readonly names: readonly string[] },
): void {
  for (const name of names) {
    diagnostics.warning({
      summary: `Possible replacement: update ${label}`,
      detail:
        `${name} is not known yet, and it cannot be changed to every value in place. Nothing is ` +
        'replaced without a plan that shows it: if the value requires a replacement, the apply ' +
        'fails at this resource before it changes it, and the next plan shows the replacement.',
      path: [name],
    });
  }
}

/**
 * Rejects an update whose values, unknown in its plan, require a replacement. Terraform reports an
 * update that becomes a replacement during the apply as bugs of the provider.
 */
export function rejectLateReplacement(
  diagnostics: Diagnostics,
  found: { readonly label: string; readonly replacements: readonly { readonly name: string }[] },
): void {
  const names = found.replacements.map(({ name }) => name);
  diagnostics.error({
    summary: `Replacement needed: update ${found.label}`,
    detail:
      `${names.join(' and ')} was not known when this plan was made; its value cannot be set in ` +
      'place, and nothing is replaced without a plan that shows it. Nothing was changed.\n\n' +
      'Plan and apply again: the next plan knows the value and shows the replacement. If the ' +
      'value is unknown in every plan, use -replace=ADDRESS.',
    path: names.slice(0, 1),
  });
}

/** Contents deleted together with a resource. */
const CONTENTS: { readonly [Kind in ResourceKind]?: string } = {
  vm: ' with its disk, and the new one is empty',
  vm_group: ' with the disks of its VMs, and the new ones are empty',
  volume: ' with its data, and the new one does not have it',
  snapshot: ' with the data that it has kept',
};

/** Describes the running VMs that restart for the change. */
function restartOf(kind: ResourceKind): string {
  return kind === 'vm_group'
    ? 'the VMs of the group run on their nodes: each VM that it changes is restarted'
    : 'the VM runs on its node: the VM is restarted';
}

function describe(effect: DisruptiveEffect, names: readonly string[], kind: ResourceKind): string {
  const change = `The change of ${names.join(' and ')}`;
  switch (effect) {
    case 'restart':
      return (
        `${change} cannot be made while ${restartOf(kind)}. ` +
        'Apply when a short outage is acceptable.'
      );
    case 'reimage':
      return (
        `${change} replaces the root disk by a new one from the template: everything on it is ` +
        'deleted, and a VM that runs is restarted. Its volumes stay. Keep the value, or back up ' +
        'the data first.'
      );
    case 'replace':
      return (
        `${change} cannot be made in place. The resource is deleted and a new one is created, ` +
        'with a new id.'
      );
    case 'data-loss':
      return (
        `${change} cannot be made in place. The resource is deleted${CONTENTS[kind] ?? ''}. ` +
        'Keep the value, or back up the data first.'
      );
  }
}
