/** The flag `--label`, which changes single labels of a resource. */
import { Option } from 'commander';
import type { GivenLabels } from './given-values.ts';
import type { InputFlag } from './input-flags.ts';
import { parseLabel } from './parse-values.ts';

/** The field that holds the labels of a resource. */
const LABELS_FIELD = 'metadata';

/** Whether a flag gives all labels of a resource. */
export function isLabels({ field, value }: Pick<InputFlag, 'field' | 'value'>): boolean {
  return field === LABELS_FIELD && value.kind === 'map';
}

/** The option `--label` beside the flag of all labels; none beside other flags. */
export function labelOption(flag: InputFlag, verb: string): Option[] {
  if (!isLabels(flag)) return [];
  const isUpdate = verb === 'update';
  const text = isUpdate
    ? 'Set a label, or remove one with name-; the others stay. Can be repeated.'
    : 'Set a label. Can be repeated.';
  const form = isUpdate ? 'name=value|name-' : 'name=value';
  return [new Option(`--label <${form}>`, text).argParser<GivenLabels>(parseLabel)];
}
