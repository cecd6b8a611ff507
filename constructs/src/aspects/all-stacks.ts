import { type App, Aspects, type IAspect, TerraformStack } from 'cdktf';

/**
 * Selects every stack of an app. Aspects on the app itself are ignored by the framework, which
 * visits each stack separately.
 */
export class AllStacks {
  /** All stacks that an app currently has. */
  public static of(app: App): AllStacks {
    return new AllStacks(app);
  }

  private readonly app: App;

  private constructor(app: App) {
    this.app = app;
  }

  /** Adds an aspect to every stack. Stacks that are created later fail the synth. */
  public add(aspect: IAspect): void {
    const reached = listStacks(this.app);
    if (reached.length === 0) {
      throw new Error(
        'The app has no stack yet, so the aspect has no effect. Create the stacks first, and ' +
          'call AllStacks.of(app).add(…) right before app.synth().',
      );
    }
    for (const stack of reached) Aspects.of(stack).add(aspect);
    this.app.node.addValidation({
      validate: () =>
        listStacks(this.app)
          .filter((stack) => !reached.includes(stack))
          .map(
            (stack) =>
              `the stack ${stack.node.path} was created after AllStacks.of(app).add(…), so the ` +
              'aspect does not apply to it. Create it before.',
          ),
    });
  }
}

function listStacks(app: App): TerraformStack[] {
  return app.node.findAll().filter(TerraformStack.isStack);
}
