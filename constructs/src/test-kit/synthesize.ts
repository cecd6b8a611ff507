import { TerraformStack, Testing } from 'cdktf';
import { loadOffline } from '../offline/load-offline.ts';
import { NovacronProvider } from '../resources/provider.ts';

// Loaded here, so that the first test of a file is not slow.
loadOffline();

/** Resources, data sources and the like of a stack, by type and id. */
type Section = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
>;

/** A stack as Terraform reads it. */
export interface Synthesized {
  readonly resource: Section;
  readonly data?: Section;
}

/** Builds a stack called `shop`, checks it and synthesises it. */
export function synthesize(build: (stack: TerraformStack) => void): Synthesized {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new NovacronProvider(stack, 'novacron');
  build(stack);
  return JSON.parse(Testing.synth(stack, true));
}

/** The attributes of the only resource of a type, without the provider's prefix. */
export function attributesOf(type: string, build: (stack: TerraformStack) => void) {
  const [only, ...others] = Object.values(synthesize(build).resource[`novacron_${type}`] ?? {});
  if (only === undefined || others.length > 0) throw new Error(`not exactly one ${type}`);
  return only;
}

/** Returns the error of building or synthesizing a stack; an empty text if there is none. */
export function findTrouble(build: (stack: TerraformStack) => void): string {
  try {
    synthesize(build);
    return '';
  } catch (trouble) {
    return trouble instanceof Error ? trouble.message : String(trouble);
  }
}
