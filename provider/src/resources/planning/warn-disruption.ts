/** Tells in the plan what a change does to what runs: it restarts, goes, or takes data with it. */
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';

/** What a change does besides changing; a live one does nothing else. */
export type DisruptiveEffect = 'restart' | 'replace' | 'data-loss';

/** One field of a change with what its change does. */
export interface FieldEffect {
  readonly name: string;
  readonly effect: DisruptiveEffect;
}

const SUMMARIES: Readonly<Record<DisruptiveEffect, string>> = {
  restart: 'Restart: update',
  replace: 'Replaces: replace',
  'data-loss': 'Data loss: replace',
};

/** From bad to worse: the worst one of a resource is told. */
const EFFECTS: readonly DisruptiveEffect[] = ['restart', 'replace', 'data-loss'];

/**
 * Warns once about a resource, of the worst that its change does.
 * @param change.number - how many resources of this run are affected so far, with this one
 * @param change.warningsMax - so many are told one by one, the others in sum
 */
export function warnDisruption(
  diagnostics: Diagnostics,
  change: {
    readonly label: string;
    readonly effects: readonly FieldEffect[];
    readonly number: () => number;
    readonly warningsMax: number;
  },
): void {
  const { label, effects, warningsMax } = change;
  const worst = EFFECTS.findLast((effect) => effects.some((each) => each.effect === effect));
  const names = effects.filter(({ effect }) => effect === worst).map(({ name }) => name);
  const [first] = names;
  if (worst === undefined || first === undefined) return;
  const number = change.number();
  if (number > warningsMax + 1) return;
  if (number === warningsMax + 1) {
    diagnostics.warning({
      summary: `This plan restarts or replaces more than ${warningsMax} resources`,
      detail:
        'The rest is not listed here. The plan marks what it replaces, and ' +
        '`terraform show -json` of a saved plan names every change.',
    });
    return;
  }
  const summary = `${SUMMARIES[worst]} ${label}`;
  diagnostics.warning({ summary, detail: describe(worst, names), path: [first] });
}

/** Warns of what is not known yet and may turn out to need a replacement. */
export function warnPossibleReplacements(
  diagnostics: Diagnostics,
  { label, names }: { readonly label: string; readonly names: readonly string[] },
): void {
  for (const name of names) {
    diagnostics.warning({
      summary: `It may need a replacement: update ${label}`,
      detail:
        `${name} is not known yet, and it cannot become smaller in place. If it does, the apply ` +
        'stops at this resource, in the words of Terraform with "Provider produced inconsistent ' +
        'final plan": nothing is replaced that no plan has shown. The next plan shows it.',
      path: [name],
    });
  }
}

function describe(effect: DisruptiveEffect, names: readonly string[]): string {
  const change = `The change of ${names.join(' and ')}`;
  switch (effect) {
    case 'restart':
      return (
        `${change} cannot be made while the VM runs on its node: it is shut down and started ` +
        'again. Apply when a short outage is acceptable.'
      );
    case 'replace':
      return (
        `${change} cannot be made in place. The old one is deleted and a new one is created in ` +
        'its stead, with a new id.'
      );
    case 'data-loss':
      return (
        `${change} cannot be made in place. The old one is deleted with its disk, ` +
        'and the new one is empty. Keep the value, or save the data first.'
      );
  }
}
