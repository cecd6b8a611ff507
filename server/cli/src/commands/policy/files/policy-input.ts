/** The input that policies in files are checked with: a server refuses what does not fit it. */
import { judgedInput } from '@novacron/contract/policy-input/judged-input';
import type { compileRego } from '@novacron/rego/compile-rego';

/** The option of `compileRego` about the input. */
export type InputOption = Pick<Parameters<typeof compileRego>[0], 'input'>;

/** Names that the input does not have are problems, as on a server. */
const STRICT_INPUT: InputOption = {
  input: { schema: judgedInput(), mismatches: 'problems' },
};

/** They are warnings: of texts for a later release, and of texts that a server has accepted. */
export const LENIENT_INPUT: InputOption = {
  input: { schema: judgedInput(), mismatches: 'warnings' },
};

/** Returns the input option for `--allow-unknown`. */
export function inputOf(allowUnknown: boolean | undefined): InputOption {
  return allowUnknown === true ? LENIENT_INPUT : STRICT_INPUT;
}
