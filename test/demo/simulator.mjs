/** The demo on the simulated fleet of a server: nothing but Terraform is needed. */
import { expectFact } from './commands.mjs';
import { planIsEmpty, show, VM } from './steps.mjs';
import { linesMatching } from './trim-output.mjs';

/** Hypervisor-specific parts of the demo. */
export const simulator = {
  /** @returns {string | undefined} what is missing on this machine */
  findMissing: () => undefined,
  serverArgs: [],
  prepare: () => undefined,
  /** The configuration for this hypervisor. */
  adapt: (configuration) => configuration,
  memoryGb: { was: 8, changed: 16 },
  steps: [
    {
      title: 'NovaCron moves the VM to another node: no drift',
      run: async (commands) => {
        const before = await commands.ask(`vm show ${VM}`);
        await commands.novacron(`vm migrate ${VM}`, {
          show: linesMatching(/^(name|node|status) /),
        });
        const after = await commands.ask(`vm show ${VM}`);
        const hasMoved = after.node !== before.node && after.status === 'running';
        expectFact(hasMoved, `the VM runs, and no longer on ${before.node}`, show(after));
        await planIsEmpty(commands);
      },
    },
  ],
  cleanUp: () => undefined,
};
