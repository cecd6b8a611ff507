import { NullProvider } from '@cdktf/provider-null/lib/provider';
import { Resource } from '@cdktf/provider-null/lib/resource';
import { Network, NovacronProvider, Size, Vm } from '@novacron/constructs';
import { App, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'trigger');
new NovacronProvider(stack, 'novacron');
new NullProvider(stack, 'null');

const web = new Vm(stack, 'web', {
  cpuCores: 2,
  memory: Size.gibibytes(4),
  disk: Size.gibibytes(20),
  network: new Network(stack, 'lan', { cidr: '10.0.0.0/16' }),
});

// Replaced, with everything that depends on it, when the address of the VM changes.
new Resource(stack, 'registered', { triggers: { address: web.ipAddress } });
app.synth();
