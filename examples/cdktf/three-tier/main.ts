import { NovacronProvider, Size, ThreeTierApp } from '@novacron/constructs';
import { App, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'shop');
new NovacronProvider(stack, 'novacron');

new ThreeTierApp(stack, 'app', {
  web: { cpuCores: 1, memory: Size.gibibytes(2) },
  database: { memory: Size.gibibytes(8) },
  dataSize: Size.gibibytes(50),
  labels: { environment: 'staging' },
});

app.synth();
