/**
 * Imports the constructs beside cdktf and synthesises an app of N VMs, in a process of its
 * own: `node synth-host.mjs VMS DIRECTORY`. Prints how long each took, and how much memory it held.
 */
import { createRequire } from 'node:module';

const [, , vms, outdir] = process.argv;
const KB_PER_MB = 1024;

/** Resolves modules like an app beside the constructs. */
const load = createRequire(new URL('../../../constructs/package.json', import.meta.url));

function time(work) {
  const startedAtMs = performance.now();
  const result = work();
  return { result, ms: performance.now() - startedAtMs };
}

const framework = time(() => load('cdktf'));
const library = time(() => load('@novacron/constructs'));

const synth = time(() => {
  const { App, TerraformStack } = framework.result;
  const { Network, NovacronProvider, Size, Vm } = library.result;
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'shop');
  new NovacronProvider(stack, 'novacron');
  const network = new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
  const size = { cpuCores: 2, memory: Size.gibibytes(4), disk: Size.gibibytes(20) };
  for (let number = 1; number <= Number(vms); number += 1) {
    new Vm(stack, `web-${number}`, { ...size, network, labels: { tier: 'web' } });
  }
  app.synth();
});

const printed = {
  import_ms: library.ms,
  framework_ms: framework.ms,
  synth_ms: synth.ms,
  peak_mb: process.resourceUsage().maxRSS / KB_PER_MB,
};
process.stdout.write(JSON.stringify(printed));
